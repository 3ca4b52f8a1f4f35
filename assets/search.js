/* The search box: databases, hospitals, departments, indicators and pages, from every page. Forgiving of å/aa, ø/oe, æ/ae
   and of a wrong letter. What it looks through is fetched once (server/find.py); no letter leaves the browser. */
(function () {
  "use strict";
  var MOST = 4; // of one kind
  var index = null; // {kinds, rows}
  var asked = "";
  var chosen = -1;
  var hits = [];

  function box() {
    return document.querySelector("#page .search-box");
  }

  // --- words -----------------------------------------------------------------------------------------

  // One spelling for all: å and aa as a, ø and oe as o, æ and ae as e; and where in the text each letter came from.
  function plain(text) {
    var letters = "";
    var from = [];
    var lower = text.toLowerCase();
    for (var at = 0; at < lower.length; at += 1) {
      var two = lower.slice(at, at + 2);
      var one = lower[at];
      var put = one;
      var wide = 1;
      if (two === "aa" || two === "oe" || two === "ae") {
        put = two === "aa" ? "a" : two === "oe" ? "o" : "e";
        wide = 2;
      } else if ("åäáà".includes(one)) put = "a";
      else if ("øöó".includes(one)) put = "o";
      else if ("æéèê".includes(one)) put = "e";
      else if ("üú".includes(one)) put = "u";
      letters += put;
      from.push([at, at + wide]);
      at += wide - 1;
    }
    return { letters: letters, from: from };
  }

  function tokens(letters) {
    var found = [];
    var word = /[a-z0-9]+/g;
    var one;
    while ((one = word.exec(letters))) found.push({ text: one[0], at: one.index });
    return found;
  }

  // Whether two words differ by so few letters: wrong, missing, too many, or two changed over.
  function near(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return false;
    var before = [];
    var row = [];
    for (var j = 0; j <= b.length; j += 1) row.push(j);
    for (var i = 1; i <= a.length; i += 1) {
      var next = [i];
      for (j = 1; j <= b.length; j += 1) {
        var same = a[i - 1] === b[j - 1];
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      before = row;
      row = next;
    }
    return row[b.length] <= most;
  }

  // How well a word of the question fits a text: the lower the better; null where it does not.
  function fit(word, list) {
    var best = null;
    list.forEach(function (token, place) {
      var score = null;
      var long = word.length;
      if (token.text === word) score = 0;
      else if (token.text.startsWith(word)) score = 1;
      else if (long >= 3 && token.text.includes(word)) score = 3;
      else if (long >= 4) {
        var most = long >= 8 ? 2 : 1;
        if (near(word, token.text, most) || near(word, token.text.slice(0, long), most)) score = 5;
      }
      if (score === null) return;
      score += Math.min(place, 4) * 0.1;
      if (best === null || score < best.score) best = { score: score, token: token, long: score >= 5 ? token.text.length : long };
    });
    return best;
  }

  function prepare(row) {
    if (row.plain) return;
    row.plain = plain(row[1]);
    row.tokens = tokens(row.plain.letters);
    row.more = tokens(plain(row[4] + " " + row[5]).letters);
  }

  // The words that a row answers, with the parts of its text to mark.
  function match(row, words) {
    prepare(row);
    var score = 0;
    var marks = [];
    var left = [];
    words.forEach(function (word) {
      var found = fit(word, row.tokens);
      if (found) {
        var start = found.token.at;
        if (found.token.text.indexOf(word) > 0) start += found.token.text.indexOf(word);
        marks.push([start, Math.min(start + found.long, row.plain.letters.length)]);
      } else {
        found = fit(word, row.more);
      }
      if (found) score += found.score + (marks.length ? 0 : 1);
      else left.push(word);
    });
    return { row: row, score: score, marks: marks, left: left };
  }

  function search(text) {
    var words = tokens(plain(text).letters).map(function (one) {
      return one.text;
    });
    if (!words.length) return [];
    var all = index.rows.map(function (row) {
      return match(row, words);
    });
    var whole = all.filter(function (one) {
      return !one.left.length;
    });
    whole.sort(function (a, b) {
      return a.score - b.score || a.row[1].length - b.row[1].length || a.row[1].localeCompare(b.row[1], "da");
    });
    var groups = index.kinds.map(function (kind, place) {
      var of = whole.filter(function (one) {
        return one.row[0] === place;
      });
      return { kind: kind, place: place, best: of.length ? of[0].score : 99, hits: of.slice(0, MOST) };
    });
    groups = groups.filter(function (one) {
      return one.hits.length;
    });
    groups.sort(function (a, b) {
      return Math.floor(a.best) - Math.floor(b.best) || a.place - b.place;
    });
    var both = together(all, words);
    if (both.length) groups.splice(groups.length ? 1 : 0, 0, { kind: box().dataset.both, hits: both });
    return groups;
  }

  // 'mdt slagelse': an indicator by some of the words and a department by the others.
  function together(all, words) {
    if (words.length < 2) return [];
    function part(code) {
      return all.filter(function (one) {
        return one.row[5] && one.row[0] === code && one.left.length && one.left.length < words.length && one.score / (words.length - one.left.length) < 4;
      });
    }
    var found = [];
    part(1).forEach(function (place) {
      part(2).forEach(function (indicator) {
        var rest = words.every(function (word) {
          return !place.left.includes(word) || !indicator.left.includes(word);
        });
        var shared = place.row[6].filter(function (code) {
          return indicator.row[6].includes(code);
        });
        if (!rest || !shared.length) return;
        var href = indicator.row[3] + "?database=" + shared[0] + "&egen=" + encodeURIComponent(place.row[5]);
        found.push({ score: place.score + indicator.score, marks: [], row: [0, indicator.row[1] + ", " + place.row[1], shared[0], href] });
      });
    });
    found.sort(function (a, b) {
      return a.score - b.score;
    });
    return found.slice(0, 3);
  }

  // --- the list --------------------------------------------------------------------------------------

  function element(tag, css, text) {
    var made = document.createElement(tag);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  function marked(hit) {
    var text = element("span", "search-text");
    var original = hit.row[1];
    var from = hit.row.plain && hit.row.plain.from;
    var at = 0;
    (from ? hit.marks : [])
      .sort(function (a, b) {
        return a[0] - b[0];
      })
      .forEach(function (part) {
        var start = from[part[0]][0];
        var end = from[part[1] - 1][1];
        if (start < at) return;
        text.append(original.slice(at, start), element("mark", "", original.slice(start, end)));
        at = end;
      });
    text.append(original.slice(at));
    return text;
  }

  // The address with the reader's own choices: language and database, where the hit names none.
  function address(path) {
    var url = new URL(window.kraeftBase.outside(path), location.origin);
    var now = new URLSearchParams(location.search);
    ["lang", "database", "periode", "egen", "sted", "regioner"].forEach(function (name) {
      if (!now.has(name) || url.searchParams.has(name)) return;
      if (name === "periode" && url.searchParams.get("database") !== now.get("database")) return;
      url.searchParams.set(name, now.get(name));
    });
    return url.pathname + url.search + url.hash;
  }

  function draw(groups, text) {
    var list = box().querySelector(".search-list");
    hits = [];
    list.replaceChildren();
    groups.forEach(function (group, place) {
      var part = element("ul");
      part.setAttribute("role", "group");
      var head = element("li", "search-kind", group.kind);
      head.id = "search-kind-" + place;
      head.setAttribute("role", "presentation");
      part.setAttribute("aria-labelledby", head.id);
      part.append(head);
      group.hits.forEach(function (hit) {
        var item = element("li");
        item.id = "search-hit-" + hits.length;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        var link = element("a");
        link.href = address(hit.row[3]);
        link.tabIndex = -1;
        link.append(marked(hit), element("span", "search-said", hit.row[2]));
        item.append(link);
        part.append(item);
        hits.push(item);
      });
      list.append(part);
    });
    if (!groups.length) list.append(element("p", "search-none", box().dataset.none.replace("{}", text)));
    choose(hits.length ? 0 : -1);
    open(true);
  }

  function choose(place) {
    var input = box().querySelector("input");
    if (hits[chosen]) hits[chosen].setAttribute("aria-selected", "false");
    chosen = place;
    if (!hits[chosen]) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    hits[chosen].setAttribute("aria-selected", "true");
    hits[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", hits[chosen].id);
  }

  function open(yes) {
    var now = box();
    if (!now) return;
    now.classList.toggle("is-open", yes);
    now.querySelector("input").setAttribute("aria-expanded", String(yes));
    now.querySelector(".search-list").hidden = !yes;
  }

  function look() {
    var input = box().querySelector("input");
    var text = input.value.trim();
    if (!text) {
      open(false);
      return;
    }
    if (index) draw(search(text), text);
  }

  function load() {
    var from = box().dataset.index;
    if (asked === from) return;
    asked = from;
    fetch(from, { headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(from + " answered " + answer.status);
        return answer.json();
      })
      .then(function (got) {
        index = got;
        if (box() && box().contains(document.activeElement)) look();
      })
      .catch(function () {
        asked = ""; // the next letter asks again
      });
  }

  // --- keys and pointer ------------------------------------------------------------------------------

  function typing(target) {
    return target.closest && target.closest("input, textarea, select, [contenteditable]");
  }

  document.addEventListener("keydown", function (event) {
    var now = box();
    if (!now) return;
    var input = now.querySelector("input");
    var call = (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) ||
      (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target));
    if (call) {
      event.preventDefault();
      if (input.getClientRects().length) {
        input.focus();
        input.select();
      } else {
        now.querySelector("a.search-link").click();
      }
      return;
    }
    if (event.target !== input) return;
    if (event.key === "Escape") {
      if (now.classList.contains("is-open")) open(false);
      else input.blur();
      event.preventDefault();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hits.length) {
      if (!now.classList.contains("is-open")) look();
      else choose((chosen + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
      event.preventDefault();
    } else if (event.key === "Enter" && hits[chosen] && now.classList.contains("is-open")) {
      hits[chosen].querySelector("a").click();
      event.preventDefault();
    }
  });

  document.addEventListener("input", function (event) {
    if (!box() || event.target !== box().querySelector("input")) return;
    load();
    look();
  });

  document.addEventListener("focusin", function (event) {
    var now = box();
    if (!now) return;
    if (event.target === now.querySelector("input")) {
      load();
      if (event.target.value) look();
    } else if (!now.contains(event.target)) open(false);
  });

  document.addEventListener("pointerdown", function (event) {
    if (box() && !box().contains(event.target)) open(false);
  });

  document.addEventListener("newpage", function () {
    hits = [];
    chosen = -1;
    if (!box() || !box().closest("main")) return;
    setTimeout(function () {
      box().querySelector("input").focus(); // after the page has taken the focus
    });
  });
})();
