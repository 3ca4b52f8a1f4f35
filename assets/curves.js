/* Curves answer: the values of all curves at the pointer, the finger or the arrow keys, read off by month or day; each can be
   switched off and on. The values come with the page (layouts/parts/answers.py), the same as those of the tables. */
(function () {
  "use strict";
  var read = new WeakMap(); // figure: what its curves say
  var card = null; // made once
  var line = null;
  var shown = null; // {figure, month}
  var STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
  var PAGES = { PageUp: 1, PageDown: -1 };

  function figureOf(target) {
    return target instanceof Element ? target.closest("#page .answers-curves") : null;
  }

  function dataOf(figure) {
    if (!read.has(figure)) read.set(figure, JSON.parse(figure.querySelector("script.curves").textContent));
    return read.get(figure);
  }

  function element(tag, css, text) {
    var made = document.createElement(tag);
    if (css) made.className = css;
    if (text) made.textContent = text;
    return made;
  }

  function isOn(figure, id) {
    var button = figure.querySelector("[data-switch='" + CSS.escape(id) + "']");
    return !button || button.getAttribute("aria-pressed") === "true";
  }

  function fill(figure, month) {
    var data = dataOf(figure);
    var rows = data.lines.filter(function (one) {
      return isOn(figure, one.id);
    });
    var table = element("table", "answer-curves");
    rows.forEach(function (one) {
      var row = element("tr");
      var name = element("th");
      var mark = element("i");
      mark.setAttribute("style", "background:" + one.colour);
      name.append(mark);
      if (one.href) {
        var link = element("a", "", one.name);
        link.href = window.kraeftBase.outside(one.href);
        name.append(link);
      } else {
        name.append(one.name);
      }
      var value = one.values[month];
      row.append(name, element("td", "answer-number", value ? value[0] : "–"), element("td", "", value ? value[1] : ""));
      table.append(row);
    });
    card.replaceChildren(element("p", "answer-name", data.when[month]), table);
  }

  function show(figure, month) {
    var data = dataOf(figure);
    month = Math.max(0, Math.min(data.when.length - 1, month));
    if (shown && shown.figure === figure && shown.month === month) return;
    var drawing = figure.querySelector(".drawing");
    var graph = figure.querySelector(".graph");
    if (!drawing || !drawing.getClientRects().length) return;
    shown = { figure: figure, month: month };
    fill(figure, month);
    var plot = drawing.getBoundingClientRect();
    var box = graph.getBoundingClientRect();
    var x = plot.left + (plot.width * (month + data.beside)) / (data.when.length - 1 + 2 * data.beside);
    graph.append(line);
    line.style.left = (x - box.left) / (graph.currentCSSZoom || 1) + "px";
    card.hidden = line.hidden = false;
    // Beside the line where there is room, else over the figure; never beyond the window.
    var zoom = card.currentCSSZoom || 1; // the size for a projector
    var cardWide = card.offsetWidth * zoom;
    var wide = document.documentElement.clientWidth;
    var left = x + 14;
    if (left + cardWide > wide - 8) left = x - 14 - cardWide;
    if (left < 8) left = Math.max(8, Math.min(wide - cardWide - 8, x - cardWide / 2));
    var room = Math.max(8, box.top + 8);
    var top = left > x || left + cardWide < x ? room : box.top - card.offsetHeight * zoom - 10;
    card.style.left = (left + window.scrollX) / zoom + "px";
    card.style.top = (Math.max(4, top) + window.scrollY) / zoom + "px";
  }

  function hide() {
    if (!shown) return;
    shown = null;
    card.hidden = line.hidden = true;
  }

  function monthAt(figure, event) {
    var plot = figure.querySelector(".drawing").getBoundingClientRect();
    var share = (event.clientX - plot.left) / plot.width;
    if (share < -0.02 || share > 1.02) return null;
    var data = dataOf(figure);
    return Math.round(share * (data.when.length - 1 + 2 * data.beside) - data.beside);
  }

  function point(event) {
    var figure = figureOf(event.target);
    var graph = figure && event.target.closest(".graph");
    var month = graph ? monthAt(figure, event) : null;
    if (month !== null) show(figure, month);
    else if (!card.contains(event.target)) hide();
  }

  document.addEventListener("pointermove", function (event) {
    if (event.pointerType !== "touch" || event.buttons) point(event);
  });

  document.addEventListener("pointerdown", point);

  document.addEventListener("click", function (event) {
    var button = event.target.closest("#page [data-switch]");
    if (!button) return;
    var figure = figureOf(button);
    var on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    figure.querySelectorAll(".drawing [data-series='" + CSS.escape(button.dataset.switch) + "']").forEach(function (one) {
      one.style.display = on ? "" : "none";
    });
    hide();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && shown) {
      hide();
      event.preventDefault();
      return;
    }
    var figure = event.target.matches && event.target.matches(".graph[tabindex]") ? figureOf(event.target) : null;
    if (!figure || event.altKey || event.ctrlKey || event.metaKey) return;
    var last = dataOf(figure).when.length - 1;
    var at = shown && shown.figure === figure ? shown.month : 0;
    var by = STEPS[event.key] || (PAGES[event.key] || 0) * dataOf(figure).page;
    if (!by && event.key !== "Home" && event.key !== "End") return;
    show(figure, event.key === "Home" ? 0 : event.key === "End" ? last : at + by);
    event.preventDefault();
  });

  document.addEventListener("focusin", function (event) {
    var figure = figureOf(event.target);
    if (figure && event.target.matches(".graph:focus-visible")) show(figure, Math.min(dataOf(figure).page, dataOf(figure).when.length - 1));
  });

  document.addEventListener("focusout", function (event) {
    if (shown && event.target.closest && event.target.closest(".answers-curves")) hide();
  });

  function prepare() {
    if (!card) {
      card = element("div", "answer is-curves");
      card.setAttribute("aria-live", "polite");
      line = element("i", "curve-line");
    }
    shown = null;
    card.hidden = line.hidden = true;
    var page = document.getElementById("page");
    page.append(card);
    page.querySelectorAll(".answers-curves").forEach(function (figure) {
      var graph = figure.querySelector(":scope > .graph");
      graph.tabIndex = 0;
      graph.setAttribute("role", "group");
      graph.setAttribute("aria-description", dataOf(figure).hint);
    });
  }

  window.addEventListener("resize", hide);
  document.addEventListener("newpage", prepare);
  prepare();
})();
