/* The server's page and React's page change places once React has drawn: same place, same focus, same open menus. */
(function () {
  "use strict";
  var first = document.getElementById("prerender");
  var root = document.getElementById("react-entry-point");
  if (!first || !root) return;
  var reachable = "a[href], button, summary, input, select, textarea, [tabindex]";

  function swap() {
    if (!root.querySelector("#_pages_content .shell main")) return;
    observer.disconnect();
    var open = Array.from(first.querySelectorAll("details")).map(function (one) {
      return one.open;
    });
    var focused = Array.from(first.querySelectorAll(reachable)).indexOf(document.activeElement);
    var place = window.scrollY;
    var details = root.querySelectorAll("details");
    if (details.length === open.length) {
      details.forEach(function (one, number) {
        one.open = open[number];
      });
    }
    document.body.classList.remove("prerendered");
    first.remove();
    if (focused >= 0) {
      var again = root.querySelectorAll(reachable)[focused];
      if (again) again.focus({ preventScroll: true });
    }
    if (window.scrollY !== place) window.scrollTo(0, place);
    window.dispatchEvent(new Event("resize"));
    document.documentElement.dataset.swapped = "true";
  }

  var observer = new MutationObserver(swap);
  observer.observe(root, { childList: true, subtree: true });
  swap();
})();
