/* Menus close on Escape and on a click elsewhere. */
(function () {
  "use strict";
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
})();
