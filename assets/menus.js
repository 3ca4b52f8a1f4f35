/* Menus close on Escape and on a click elsewhere; a choice keeps focus and place; title and language follow. */
(function () {
  "use strict";
  var root = document.getElementById("react-entry-point");
  var kept = null; // where the last choice was made, until the reader does something else

  function openMenus() {
    return Array.from(document.querySelectorAll("details.menu[open]"));
  }

  function closeOthers(menu) {
    openMenus().forEach(function (one) {
      if (one !== menu) one.open = false;
    });
  }

  document.addEventListener("click", function (event) {
    closeOthers(event.target.closest("details.menu"));
  });

  document.addEventListener("focusin", function (event) {
    closeOthers(event.target.closest("details.menu"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    openMenus().forEach(function (menu) {
      var inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });

  // Before Dash follows a link (it answers clicks further in): remember where the reader is.
  window.addEventListener(
    "click",
    function (event) {
      var link = event.target.closest("#react-entry-point a[href]");
      var elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
      if (!link || elsewhere) return;
      var details = link.closest("details");
      var holder = details ? details.querySelector("summary[id]") : link.closest("[id]:not(#main)");
      kept = {
        path: location.pathname,
        y: window.scrollY,
        id: root.contains(holder) && holder !== root ? holder.id : "",
        text: link.textContent,
      };
    },
    true
  );

  // After Dash has followed it (and gone to the top): a choice on the same page keeps its place.
  window.addEventListener("click", function () {
    if (kept && location.pathname === kept.path && !location.hash) window.scrollTo(0, kept.y);
  });

  // Whatever the reader does next ends it.
  ["pointerdown", "keydown", "wheel", "popstate"].forEach(function (name) {
    window.addEventListener(
      name,
      function () {
        kept = null;
      },
      true
    );
  });

  function target(then) {
    var holder = then.id && root.querySelector("[id='" + CSS.escape(then.id) + "']");
    if (!holder || holder.matches("summary")) return holder;
    var same = Array.from(holder.querySelectorAll("a, [aria-current]")).find(function (one) {
      return one.textContent === then.text;
    });
    if (same && !same.matches("a")) same.tabIndex = -1;
    return same;
  }

  function afterDrawing() {
    var shell = root.querySelector(".shell");
    if (!shell) return;
    if (document.title !== shell.dataset.title) document.title = shell.dataset.title;
    if (document.documentElement.lang !== shell.lang) document.documentElement.lang = shell.lang;
    if (!kept) return;
    if (kept.path !== location.pathname) {
      // Another page: readers of a screen reader start at its content.
      var main = root.querySelector("main");
      if (main && document.activeElement !== main) main.focus({ preventScroll: true });
      return;
    }
    if (!document.activeElement || document.activeElement === document.body) {
      var again = target(kept);
      if (again) again.focus({ preventScroll: true });
    }
    if (!location.hash && window.scrollY !== kept.y) window.scrollTo(0, kept.y);
  }

  new MutationObserver(afterDrawing).observe(root, { childList: true, subtree: true });
  new MutationObserver(afterDrawing).observe(document.head, { childList: true, subtree: true });
})();
