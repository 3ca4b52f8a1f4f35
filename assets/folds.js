/* Sections that stand behind their headings on a phone: closed when a page comes, all open on paper. Without this script
   they are open. What the reader has opened stays open on the next choice (navigate.js). */
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 720px)");

  function sections() {
    return Array.from(document.querySelectorAll("#page details.folded"));
  }

  function prepare() {
    if (!narrow.matches) return;
    var goal = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    sections().forEach(function (one) {
      one.open = Boolean(goal && one.contains(goal));
    });
  }

  window.addEventListener("beforeprint", function () {
    sections().forEach(function (one) {
      one.open = true;
    });
  });
  // Turned, or on a wider window: there the lines are not shown.
  narrow.addEventListener("change", function () {
    if (narrow.matches) return;
    sections().forEach(function (one) {
      one.open = true;
    });
  });
  document.addEventListener("newpage", prepare);
  prepare();
})();
