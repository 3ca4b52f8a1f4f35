/* While results are being made, a page asks a light address whether they have come, and is exchanged when they have.
   The server says what it waits for (layouts/_being_made.py); without this script the text says to reload. */
(function () {
  "use strict";
  var EVERY = 4000; // milliseconds between two questions
  var MOST = 8; // after so many the page is exchanged anyway: what it waits for may have no name
  var asked = 0;
  var timer = null;

  function parts() {
    return Array.from(document.querySelectorAll("#page [data-awaits]"));
  }

  // Not under the reader's hands: a menu is open, something is marked, or nobody looks.
  function busy() {
    var selection = document.getSelection();
    var marked = selection && !selection.isCollapsed;
    return document.hidden || marked || Boolean(document.querySelector("details.menu[open]"));
  }

  function names(shown) {
    var all = shown.dataset.awaits.split(" ").filter(Boolean);
    return encodeURIComponent(all.join(","));
  }

  function again() {
    clearTimeout(timer);
    timer = parts().length ? setTimeout(look, EVERY) : null;
  }

  // The part that waits for most tells also of the others.
  function widest() {
    return parts().sort(function (a, b) {
      return b.dataset.awaits.length - a.dataset.awaits.length;
    })[0];
  }

  function look() {
    var shown = widest();
    if (!shown || busy()) return again();
    asked += 1;
    fetch(window.kraeftBase.outside("/klar?dele=" + names(shown)), { headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.ok ? answer.json() : null;
      })
      .then(function (now) {
        if (widest() !== shown) return again(); // another page by now
        var other = now && shown.dataset.snapshot && now.snapshot !== shown.dataset.snapshot;
        if (now && !busy() && (other || now.ready > Number(shown.dataset.ready) || asked >= MOST)) {
          asked = 0;
          document.dispatchEvent(new Event("renew"));
        }
        again();
      })
      .catch(again);
  }

  document.addEventListener("newpage", function () {
    asked = 0;
    again();
  });
  again();
})();
