/* Menus close on Escape and on a click elsewhere; a choice keeps focus and place; title and language follow. */
(function () {
  "use strict";
  var kept = null; // what the last choice was made in: {path, id} until the new page has been drawn

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

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    openMenus().forEach(function (menu) {
      var inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("focusin", function (event) {
    closeOthers(event.target.closest("details.menu"));
  });

  // Before Dash follows a link: remember where the reader is.
  document.addEventListener(
    "click",
    function (event) {
      var link = event.target.closest("#react-entry-point a[href]");
      if (!link || event.defaultPrevented || event.button || link.target) return;
      var details = link.closest("details");
      var holder = details ? details.querySelector("summary[id]") : link.closest("[id]");
      kept = {
        path: location.pathname,
        y: window.scrollY,
        id: holder && holder.id,
        text: link.textContent,
        details: details,
      };
    },
    true
  );

  // After Dash has followed it (dcc.Link goes to the top): a choice on the same page keeps its place.
  document.addEventListener("click", function () {
    if (!kept || location.pathname !== kept.path) return;
    if (new URL(location.href).hash === "") window.scrollTo(0, kept.y);
  });

  function chosenIn(holder, text) {
    var same = Array.from(holder.querySelectorAll("a, [aria-current]")).find(function (one) {
      return one.textContent === text;
    });
    if (same && !same.matches("a")) same.tabIndex = -1;
    return same;
  }

  function afterDrawing() {
    var shell = document.querySelector("#react-entry-point .shell");
    if (!shell) return;
    if (shell.dataset.title && document.title !== shell.dataset.title) document.title = shell.dataset.title;
    if (shell.lang) document.documentElement.lang = shell.lang;
    if (!kept) return;
    var then = kept;
    kept = null;
    if (then.path !== location.pathname) {
      openMenus().forEach(function (menu) {
        menu.open = false;
      });
      document.querySelectorAll(".choices-phone[open]").forEach(function (one) {
        one.open = false;
      });
      var main = document.querySelector("#react-entry-point main");
      if (main) main.focus({ preventScroll: true });
      return;
    }
    closeOthers(null);
    var holder = then.id && document.querySelector("#react-entry-point [id='" + CSS.escape(then.id) + "']");
    if (!holder) return;
    var target = holder.matches("summary") ? holder : chosenIn(holder, then.text);
    if (target) target.focus({ preventScroll: true });
  }

  var root = document.getElementById("react-entry-point");
  new MutationObserver(afterDrawing).observe(root, { childList: true, subtree: true });
  new MutationObserver(afterDrawing).observe(document.head, { childList: true, subtree: true });
})();
