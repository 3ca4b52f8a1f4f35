/* Units are picked for the comparison from any list: a button shows boxes in the list's rows, a bar at the foot of the
   window has what is picked, from page to page, until it is compared or cleared. Nothing is kept on the device. */
(function () {
  "use strict";
  var picked = []; // {code, name, level}, in the order picked
  var from = null; // what the last used button says: address, most, words
  var bar = null; // made once

  function element(tag, css, text) {
    var made = document.createElement(tag);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  function told(button) {
    var said = button.dataset;
    return { address: said.pick, most: Number(said.most), words: JSON.parse(said.words) };
  }

  function listOf(button) {
    return button.closest("section, .department-list");
  }

  function rowsOf(list) {
    return Array.from(list.querySelectorAll("tr[data-unit]")).filter(function (row) {
      return !row.matches(".row-nation, .row-total, .row-rest") && row.querySelector("th") && unitOf(row, "");
    });
  }

  function unitOf(row, level) {
    var name = row.querySelector("th a") || row.querySelector("th");
    var region = row.matches(".row-region");
    if (!row.dataset.unit || (!region && !row.querySelector("th a"))) return null; // not registered
    return { code: row.dataset.unit, name: name.textContent.trim(), level: region ? "region" : level };
  }

  function at(code) {
    return picked.findIndex(function (one) {
      return one.code === code;
    });
  }

  // --- the boxes -------------------------------------------------------------------------------------

  function show(button) {
    var list = listOf(button);
    var words = told(button).words;
    rowsOf(list).forEach(function (row) {
      var unit = unitOf(row, button.dataset.level);
      var box = element("input", "pick-box");
      box.type = "checkbox";
      box.setAttribute("aria-label", words.pick.replace("{name}", unit.name));
      box.addEventListener("change", function () {
        var place = at(unit.code);
        if (box.checked && place < 0) picked.push(unit);
        if (!box.checked && place >= 0) picked.splice(place, 1);
        from = told(button);
        draw();
      });
      box.title = words.keys;
      box.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" || !picked.length) return;
        event.preventDefault();
        bar.querySelector(".pick-go").click(); // the bar is far away for the Tab key
      });
      row.querySelector("th").prepend(box);
    });
    mark(button, true);
    draw();
  }

  function hide(button) {
    listOf(button)
      .querySelectorAll(".pick-box")
      .forEach(function (box) {
        box.remove();
      });
    mark(button, false);
  }

  function mark(button, on) {
    if (!button.dataset.word) button.dataset.word = button.textContent;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? told(button).words.end : button.dataset.word;
    listOf(button).classList.toggle("is-picking", on);
  }

  // Boxes as they stand now: of one kind of unit, and no more than can stand side by side.
  function settle() {
    document.querySelectorAll("#page .pick-start[aria-pressed=true]").forEach(function (button) {
      rowsOf(listOf(button)).forEach(function (row) {
        var box = row.querySelector(".pick-box");
        var unit = unitOf(row, button.dataset.level);
        if (!box) return;
        box.checked = at(unit.code) >= 0;
        var other = picked.length && picked[0].level !== unit.level;
        box.disabled = !box.checked && (other || picked.length >= told(button).most);
      });
    });
  }

  // --- the bar ---------------------------------------------------------------------------------------

  function draw() {
    settle();
    if (!bar) {
      bar = element("section", "pick-bar");
      bar.setAttribute("aria-live", "polite");
      document.body.append(bar);
    }
    bar.hidden = !picked.length;
    if (!picked.length) return;
    var words = from.words;
    bar.setAttribute("aria-label", words.chosen);
    var names = picked
      .map(function (one) {
        return one.name;
      })
      .join(" · ");
    var text = element("p", "pick-names");
    text.append(element("strong", "", words.chosen + ": "), names);
    if (picked.length >= from.most) text.append(element("span", "pick-most", " " + words.most));
    var url = new URL(from.address, location.href);
    if (picked[0].level !== "afdeling") url.searchParams.set("niveau", picked[0].level);
    url.searchParams.set(
      "enheder",
      picked
        .map(function (one) {
          return one.code;
        })
        .join(",")
    );
    var go = element("a", "pick-go", words.go + " ›");
    go.href = url.pathname + url.search;
    var clear = element("button", "text-link", words.clear);
    clear.type = "button";
    clear.addEventListener("click", function () {
      picked = [];
      draw();
    });
    bar.replaceChildren(text, go, clear);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("#page .pick-start");
    if (button) {
      if (button.getAttribute("aria-pressed") === "true") hide(button);
      else show(button);
    }
    // What is compared is picked no more.
    if (event.target.closest(".pick-bar .pick-go")) {
      setTimeout(function () {
        picked = [];
        draw();
      });
    }
  });
})();

/* Own sets of units by name, kept in this browser where the reader says so, and forgotten on request; they are never
   sent. Without a set nothing is kept. */
(function () {
  "use strict";
  var KEY = "kraeftkvalitet-saet";

  function element(tag, css, text) {
    var made = document.createElement(tag);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  function isText(value) {
    return typeof value === "string" && value !== "";
  }

  // What is kept; what is no set is left out: another version may have written it.
  function kept() {
    var found;
    try {
      found = JSON.parse(localStorage.getItem(KEY) || "[]");
    } catch (error) {
      return []; // the browser keeps nothing, or it is no JSON
    }
    return (Array.isArray(found) ? found : []).filter(function (one) {
      return one && isText(one.name) && isText(one.database) && isText(one.enheder) && isText(one.niveau);
    });
  }

  function keep(sets) {
    try {
      if (sets.length) localStorage.setItem(KEY, JSON.stringify(sets));
      else localStorage.removeItem(KEY);
      return true;
    } catch (error) {
      return false;
    }
  }

  function without(name) {
    return kept().filter(function (one) {
      return one.name !== name;
    });
  }

  function wordsOf(part) {
    return JSON.parse(part.dataset.words);
  }

  function say(part, word, name) {
    part.querySelector(".sets-said").textContent = wordsOf(part)[word].replace("{name}", name);
  }

  function address(part, one) {
    var url = new URL(part.dataset.address, location.href);
    if (one.database !== JSON.parse(part.dataset.now).database) {
      ["periode", "egen"].forEach(function (name) {
        url.searchParams.delete(name); // of the database shown now
      });
    }
    url.searchParams.set("database", one.database);
    if (one.niveau !== "afdeling") url.searchParams.set("niveau", one.niveau);
    url.searchParams.set("enheder", one.enheder);
    return url.pathname + url.search;
  }

  function draw(part) {
    var words = wordsOf(part);
    var sets = kept();
    part.classList.toggle("has-none", !sets.length);
    part.querySelector(".sets-list").replaceChildren.apply(
      part.querySelector(".sets-list"),
      sets.map(function (one) {
        var item = element("li", "chip");
        var link = element("a", "", one.name);
        link.href = address(part, one);
        link.title = words.open.replace("{name}", one.name);
        var gone = element("button", "chip-remove", "×");
        gone.type = "button";
        gone.setAttribute("aria-label", words.forget.replace("{name}", one.name));
        gone.addEventListener("click", function () {
          keep(without(one.name));
          draw(part);
          say(part, "gone", one.name);
          part.querySelector(".sets-open, .sets-list a, .sets-said").focus();
        });
        item.append(link, gone);
        return item;
      })
    );
  }

  function save(part) {
    var field = part.querySelector(".sets-name");
    var name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    var now = JSON.parse(part.dataset.now);
    var done = keep(without(name).concat([{ name: name, database: now.database, niveau: now.niveau, enheder: now.enheder }]));
    draw(part);
    say(part, done ? "kept" : "full", name);
    if (!done) return;
    field.value = "";
    fold(part, false);
    part.querySelector(".sets-open").focus();
  }

  function fold(part, open) {
    part.querySelector(".sets-form").hidden = !open;
    part.querySelector(".sets-open").setAttribute("aria-expanded", String(open));
  }

  document.addEventListener("click", function (event) {
    var part = event.target.closest("#page .sets");
    if (!part) return;
    if (event.target.closest(".sets-open")) {
      var open = part.querySelector(".sets-form").hidden;
      fold(part, open);
      if (open) part.querySelector(".sets-name").focus();
    }
    if (event.target.closest(".sets-keep")) save(part);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches(".sets-name")) {
      event.preventDefault();
      save(event.target.closest(".sets"));
    }
  });

  function prepare() {
    document.querySelectorAll("#page .sets").forEach(draw);
  }

  document.addEventListener("newpage", prepare);
  prepare();
})();
