/* A period is chosen on the figure of months: drag over it, move the two handles by pointer or finger, or by the keys:
   arrows a month, Page Up and Page Down a quarter, with Shift both handles at once; Enter shows it. */
(function () {
  "use strict";
  var STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 3, PageDown: -3 };
  var SLACK = 6; // px that a press may move and still be a press
  var read = new WeakMap();
  var held = null; // {brush, from, x, moved, handle}

  function dataOf(brush) {
    if (!read.has(brush)) read.set(brush, JSON.parse(brush.querySelector("script.brush-data").textContent));
    return read.get(brush);
  }

  function handle(brush, name) {
    return brush.querySelector("[data-handle='" + name + "']");
  }

  function at(brush, name) {
    return Number(handle(brush, name).getAttribute("aria-valuenow"));
  }

  function set(brush, start, end) {
    var data = dataOf(brush);
    var last = data.months.length - 1;
    start = Math.max(0, Math.min(last, start));
    end = Math.max(0, Math.min(last, end));
    if (end < start) {
      var other = start;
      start = end;
      end = other;
    }
    put(brush, "start", start, last);
    put(brush, "end", end, last);
    var span = brush.querySelector(".brush-span");
    span.style.left = (start / (last + 1)) * 100 + "%";
    span.style.width = ((end - start + 1) / (last + 1)) * 100 + "%";
    var number = end - start + 1;
    var early = Math.max(0, end - Math.max(start, data.early) + 1);
    var name = start === end ? data.names[start] : data.names[start] + "–" + data.names[end];
    var link = brush.querySelector(".brush-show");
    var url = new URL(window.kraeftBase.outside(data.here), location.href);
    url.searchParams.set("periode", data.months[start] + ".." + data.months[end]);
    link.href = url.pathname + url.search;
    link.textContent = data.show.replace("{0}", name) + " ›";
    var note = number === 1 ? data.one : data.many.replace("{0}", number);
    brush.querySelector(".brush-note").textContent = note + (early ? ", " + data.immature.replace("{0}", early) : "");
  }

  function put(brush, name, place, last) {
    var one = handle(brush, name);
    one.style.left = ((name === "start" ? place : place + 1) / (last + 1)) * 100 + "%";
    one.setAttribute("aria-valuenow", place);
    one.setAttribute("aria-valuetext", dataOf(brush).names[place]);
  }

  function brushOf(target) {
    var figure = target instanceof Element ? target.closest("#page .brushed") : null;
    return figure ? figure.querySelector(".brush") : null;
  }

  function monthAt(brush, x) {
    var track = brush.querySelector(".brush-track").getBoundingClientRect();
    var number = dataOf(brush).months.length;
    return Math.max(0, Math.min(number - 1, Math.floor(((x - track.left) / track.width) * number)));
  }

  document.addEventListener("pointerdown", function (event) {
    var brush = brushOf(event.target);
    if (!brush || event.button || !event.target.closest(".graph, .brush-track")) return;
    var grip = event.target.closest("[data-handle]");
    held = { brush: brush, from: monthAt(brush, event.clientX), x: event.clientX, moved: false, handle: grip };
    if (grip) grip.focus();
  });

  document.addEventListener("pointermove", function (event) {
    if (!held || !(held.moved || Math.abs(event.clientX - held.x) > SLACK)) return;
    held.moved = true;
    var here = monthAt(held.brush, event.clientX);
    if (!held.handle) {
      set(held.brush, held.from, here);
    } else if (held.handle.dataset.handle === "start") {
      set(held.brush, Math.min(here, at(held.brush, "end")), at(held.brush, "end"));
    } else {
      set(held.brush, at(held.brush, "start"), Math.max(here, at(held.brush, "start")));
    }
    event.preventDefault();
  });

  function release() {
    held = null;
  }

  // A drag is no click on a point of the figure.
  document.addEventListener(
    "click",
    function (event) {
      if (held && held.moved && brushOf(event.target)) {
        event.preventDefault();
        event.stopPropagation();
      }
      release();
    },
    true
  );
  document.addEventListener("pointerup", function () {
    setTimeout(release, 0);
  });
  document.addEventListener("pointercancel", release);

  document.addEventListener("keydown", function (event) {
    var grip = event.target.closest && event.target.closest("#page [data-handle]");
    if (!grip || event.altKey || event.ctrlKey || event.metaKey) return;
    var brush = grip.closest(".brush");
    var start = at(brush, "start");
    var end = at(brush, "end");
    var last = dataOf(brush).months.length - 1;
    if (event.key === "Enter") {
      brush.querySelector(".brush-show").click();
    } else if (event.key in STEPS || event.key === "Home" || event.key === "End") {
      var own = grip.dataset.handle === "start" ? start : end;
      var to = event.key === "Home" ? 0 : event.key === "End" ? last : own + STEPS[event.key];
      if (event.shiftKey) {
        var by = Math.max(-start, Math.min(last - end, to - own));
        set(brush, start + by, end + by);
      } else if (grip.dataset.handle === "start") {
        set(brush, Math.min(to, end), end);
      } else {
        set(brush, start, Math.max(to, start));
      }
    } else {
      return;
    }
    event.preventDefault();
  });

  function prepare() {
    held = null;
    document.querySelectorAll("#page .brush").forEach(function (brush) {
      set(brush, at(brush, "start"), at(brush, "end"));
    });
  }

  document.addEventListener("newpage", prepare);
  prepare();
})();
