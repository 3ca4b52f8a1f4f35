/* Figures answer: a card at the mark under the pointer, the finger or the arrow keys; the same unit lights up everywhere
   on the page; click or Enter opens it. What a card says comes with the page (layouts/parts/answers.py). */
(function () {
  "use strict";
  var NEAR = { mouse: 16, touch: 28 }; // px from a mark that still mean it
  var SMALL = 40; // px: what is wider is no point, which gets a ring
  var POINTS = "circle, .points *, .plot-point, .mark, .mini-dot, .strip-region"; // not the lines beside them
  var GAP = 12; // px between mark and card
  var read = new WeakMap(); // figure: its cards and marks
  var card = null; // the element, made once
  var shown = null; // {figure, key}
  var rings = [];
  var leaving = null;
  var pointer = "mouse";

  // --- what there is ---------------------------------------------------------------------------------

  function figureOf(target) {
    var figure = target instanceof Element && target.closest("#page .answers");
    return figure || null;
  }

  function dataOf(figure) {
    if (!read.has(figure)) {
      var script = Array.from(figure.children).find(function (one) {
        return one.matches("script.cards");
      });
      var data = JSON.parse(script.textContent);
      read.set(figure, { cards: data.cards, hint: data.hint, keys: Object.keys(data.cards), places: null });
    }
    return read.get(figure);
  }

  function keyOf(mark, cards) {
    var id = mark.dataset.id || mark.dataset.series;
    var both = mark.dataset.of ? id + " " + mark.dataset.of : "";
    return both && cards[both] ? both : cards[id] ? id : "";
  }

  function marksOf(figure) {
    return figure.querySelectorAll("[data-id], .region[data-series]");
  }

  // Where the marks are, in px of the document: measured once, until something moves.
  function placesOf(figure) {
    var data = dataOf(figure);
    if (data.places) return data.places;
    var x = window.scrollX;
    var y = window.scrollY;
    data.places = [];
    marksOf(figure).forEach(function (mark) {
      var key = keyOf(mark, data.cards);
      var box = key ? mark.getBoundingClientRect() : null;
      if (!box || !(box.width || box.height)) return;
      data.places.push({ key: key, mark: mark, left: box.left + x, right: box.right + x, top: box.top + y,
        bottom: box.bottom + y, small: mark.matches(POINTS) && box.width <= SMALL && box.height <= SMALL });
    });
    return data.places;
  }

  function moved() {
    document.querySelectorAll("#page .answers").forEach(function (figure) {
      if (read.has(figure)) read.get(figure).places = null;
    });
  }

  function away(place, x, y) {
    var dx = Math.max(place.left - x, 0, x - place.right);
    var dy = Math.max(place.top - y, 0, y - place.bottom);
    return Math.hypot(dx, dy) + (place.small ? 0 : 4); // a point before the line that runs through it
  }

  // The mark that is meant: the one under the pointer, else the nearest.
  function meant(figure, event) {
    var data = dataOf(figure);
    var direct = event.target.closest("[data-id], .region[data-series]");
    var key = direct && figure.contains(direct) ? keyOf(direct, data.cards) : "";
    if (key && direct.getBoundingClientRect().width > SMALL) return key;
    var best = null;
    var least = NEAR[pointer === "mouse" ? "mouse" : "touch"];
    placesOf(figure).forEach(function (place) {
      var far = away(place, event.pageX, event.pageY);
      if (far <= least) {
        least = far;
        best = place;
      }
    });
    return best ? best.key : key;
  }

  // --- the card --------------------------------------------------------------------------------------

  function element(tag, css, text) {
    var made = document.createElement(tag);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  function fill(found) {
    var value = element("div", "answer-value");
    if (found[2]) value.append(element("strong", "", found[2]));
    var beside = element("div", "answer-beside");
    (found[3] || []).forEach(function (line) {
      beside.append(element("span", "", line));
    });
    value.append(beside);
    var parts = [element("p", "answer-name", found[0]), element("p", "answer-about", found[1])];
    if (found[2] || (found[3] || []).length) parts.push(value);
    if (found[5]) {
      var word = element("p", "answer-word tone-" + (found[4] || "none"));
      if (found[4]) word.append(element("i", "mark mark-" + found[4]));
      word.append(found[5]);
      parts.push(word);
    }
    if (found[6]) parts.push(element("p", "answer-place", found[6]));
    if (found[8]) {
      var opens = element("p", "answer-opens");
      var link = element("a", "", found[7] + " ›");
      link.href = window.kraeftBase.outside(found[8]);
      link.tabIndex = -1; // Enter at the figure opens it
      opens.append(link, element("kbd", "", "Enter"));
      parts.push(opens);
    }
    card.replaceChildren.apply(card, parts);
  }

  // Below the mark, else above it; never beyond the edges of the window.
  function put(place) {
    var zoom = card.currentCSSZoom || 1; // the size for a projector
    var cardWide = card.offsetWidth * zoom;
    var cardHigh = card.offsetHeight * zoom;
    var wide = document.documentElement.clientWidth;
    var middle = (place.left + place.right) / 2 - window.scrollX;
    var left = Math.min(Math.max(8, middle - cardWide / 2), wide - cardWide - 8);
    var below = place.bottom - window.scrollY + GAP;
    var over = below + cardHigh > window.innerHeight - 4 && place.top - window.scrollY - GAP > cardHigh;
    var top = over ? place.top - window.scrollY - GAP - cardHigh : below;
    card.classList.toggle("is-above", over);
    card.style.left = (left + window.scrollX) / zoom + "px";
    card.style.top = (top + window.scrollY) / zoom + "px";
    card.style.setProperty("--arrow", Math.min(Math.max(14, (middle - left) / zoom), card.offsetWidth - 14) + "px");
  }

  function placeOf(figure, key) {
    var places = placesOf(figure).filter(function (one) {
      return one.key === key;
    });
    return (
      places.find(function (one) {
        return one.small;
      }) || places[0]
    );
  }

  function show(figure, key) {
    clearTimeout(leaving);
    leaving = null;
    if (shown && shown.figure === figure && shown.key === key) return;
    hide();
    var found = dataOf(figure).cards[key];
    var place = placeOf(figure, key);
    if (!found || !place) return;
    shown = { figure: figure, key: key };
    fill(found);
    card.hidden = false;
    put(place);
    light(key.split(" ")[0], figure, key);
  }

  function hide() {
    clearTimeout(leaving);
    leaving = null;
    if (!shown) return;
    shown = null;
    card.hidden = true;
    rings.forEach(function (ring) {
      ring.remove();
    });
    rings = [];
    document.querySelectorAll("#page .is-lit").forEach(function (one) {
      one.classList.remove("is-lit");
    });
  }

  function hideSoon() {
    if (shown && !leaving) leaving = setTimeout(hide, 250); // time to reach the card
  }

  // The same unit everywhere on the page: a ring round its points, its lines and its name in blue.
  function light(id, figure, key) {
    var name = CSS.escape(id);
    document.querySelectorAll("#page [data-unit='" + name + "']").forEach(function (one) {
      one.classList.add("is-lit");
    });
    document.querySelectorAll("#page .answers").forEach(function (one) {
      placesOf(one).forEach(function (place) {
        if (place.key.split(" ")[0] !== id) return;
        place.mark.classList.add("is-lit");
        var year = /^\d{4}$/.test(place.mark.dataset.of); // of a trend, the one year alone
        if (place.small && (!year || (one === figure && place.key === key))) rings.push(ring(place));
      });
      one.querySelectorAll("[data-series='" + name + "']").forEach(function (curve) {
        curve.classList.add("is-lit");
      });
    });
  }

  function ring(place) {
    var made = element("i", "ring");
    var size = Math.max(place.right - place.left, place.bottom - place.top) + 7;
    made.style.width = made.style.height = size + "px";
    made.style.left = (place.left + place.right - size) / 2 + "px";
    made.style.top = (place.top + place.bottom - size) / 2 + "px";
    document.body.append(made);
    return made;
  }

  function open() {
    var link = card.querySelector("a");
    if (link) link.click();
  }

  // --- pointer and finger ----------------------------------------------------------------------------

  var waiting = null;
  document.addEventListener("pointermove", function (event) {
    if (event.pointerType === "touch") return;
    pointer = "mouse";
    if (card && card.contains(event.target)) {
      clearTimeout(leaving);
      leaving = null;
      return;
    }
    if (waiting) cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(function () {
      waiting = null;
      var figure = figureOf(event.target);
      var key = figure ? meant(figure, event) : "";
      if (key) show(figure, key);
      else hideSoon();
      if (figure) figure.classList.toggle("is-pointed", Boolean(key && dataOf(figure).cards[key][8]));
    });
  });

  document.addEventListener("pointerdown", function (event) {
    pointer = event.pointerType || "mouse";
  });

  document.addEventListener("click", function (event) {
    if (card && card.contains(event.target)) {
      return; // its link
    }
    var figure = figureOf(event.target);
    var inside = figure && !event.target.closest("a, button, summary, input, select, label");
    var key = inside ? meant(figure, event) : "";
    if (!key) {
      hide();
      return;
    }
    show(figure, key);
    if (pointer === "mouse" && event.detail) open();
  });

  // --- keyboard --------------------------------------------------------------------------------------

  function step(figure, by) {
    var data = dataOf(figure);
    var there = data.keys.filter(function (key) {
      return placeOf(figure, key);
    });
    if (!there.length) return;
    var at = shown && shown.figure === figure ? there.indexOf(shown.key) : -1;
    var next = by === -Infinity ? 0 : by === Infinity ? there.length - 1 : at < 0 ? 0 : at + by;
    show(figure, there[Math.min(there.length - 1, Math.max(0, next))]);
  }

  var STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && shown) {
      hide();
      event.preventDefault();
      return;
    }
    var figure = event.target.matches && event.target.matches(".graph[tabindex]") ? figureOf(event.target) : null;
    if (!figure || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in STEPS) {
      step(figure, STEPS[event.key]);
      event.preventDefault();
    } else if (event.key === "Enter" && shown && shown.figure === figure) {
      open();
      event.preventDefault();
    }
  });

  document.addEventListener("focusin", function (event) {
    var figure = figureOf(event.target);
    if (!figure || !event.target.matches(":focus-visible")) return;
    if (event.target.matches(".graph")) {
      step(figure, 0);
      return;
    }
    // A link in a row that the figure draws.
    var row = event.target.closest("[data-unit]");
    if (row && dataOf(figure).cards[row.dataset.unit]) show(figure, row.dataset.unit);
  });

  document.addEventListener("focusout", function (event) {
    if (shown && event.target.closest && event.target.closest(".answers")) hideSoon();
  });

  // --- the page --------------------------------------------------------------------------------------

  function prepare() {
    hide();
    if (!card) {
      card = element("div", "answer");
      card.hidden = true;
      card.setAttribute("aria-live", "polite");
    }
    var page = document.getElementById("page");
    page.append(card); // its links are the page's
    page.querySelectorAll(".answers").forEach(function (figure) {
      var graph = figure.querySelector(":scope > .graph");
      if (!graph) return;
      graph.tabIndex = 0;
      graph.setAttribute("role", "group");
      graph.setAttribute("aria-description", dataOf(figure).hint);
    });
  }

  window.addEventListener("resize", function () {
    hide();
    moved();
  });
  document.addEventListener("toggle", moved, true);
  document.addEventListener(
    "scroll",
    function (event) {
      if (event.target === document) return;
      hide();
      moved();
    },
    { capture: true, passive: true }
  );
  document.addEventListener("newpage", prepare);
  prepare();
})();
