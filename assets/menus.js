/* Menus close on Escape and on a click elsewhere; letters go to the entry that begins with them. The own department is
   remembered on this device, or forgotten, where the reader says so: the one cookie there is. */
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

  // A place on this page: the list that led there has done its work.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("#page .choices a[href^='#']");
    var list = link && link.closest("details.menu, details.choices-phone");
    if (list) list.open = false;
  });

  // How high the bar of choices is, which stays in sight: what else stays, and what is jumped to, stands below it.
  function measure() {
    var bar = document.querySelector("#page .choices");
    var high = bar && getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
    document.documentElement.style.setProperty("--bar", high + "px");
  }
  window.addEventListener("resize", measure);
  document.addEventListener("newpage", measure);
  measure();

  // Letters typed in an open menu: the next entry that begins with them.
  var typed = "";
  var last = 0;
  function typeAhead(event) {
    var menu = event.target.closest && event.target.closest("details.menu[open], details.flat-menu[open]");
    if (!menu || event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
    var now = Date.now();
    typed = (now - last < 800 ? typed : "") + event.key.toLowerCase();
    last = now;
    var entries = Array.from(menu.querySelectorAll("ul a"));
    var at = entries.indexOf(document.activeElement);
    var start = typed.length === 1 ? at + 1 : Math.max(0, at);
    var found = entries.slice(start).concat(entries.slice(0, start)).find(function (one) {
      return one.textContent.trim().toLowerCase().startsWith(typed);
    });
    if (!found) return;
    found.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("#page [data-remember], #page [data-forget]");
    if (!button) return;
    var kept = button.dataset.remember;
    var age = kept ? 400 * 24 * 3600 : 0;
    var where = "; path=" + window.kraeftBase.path + "/; samesite=lax; max-age=" + age;
    document.cookie = "min_afdeling=" + encodeURIComponent(kept || "") + where;
    if (kept) {
      document.dispatchEvent(new Event("renew"));
      return;
    }
    var url = new URL(location.href);
    url.searchParams.delete("egen");
    location.replace(url.href);
  });

  document.addEventListener("keydown", function (event) {
    typeAhead(event);
    if (event.key !== "Escape") return;
    openMenus().forEach(function (menu) {
      var inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });
})();
