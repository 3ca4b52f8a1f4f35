/* A click on a link fetches the page of that address and exchanges it for the one shown, in the same document: scripts,
   fonts and Dash stay. Every link works without this script; whatever goes wrong here ends in a plain load. */
(function () {
  "use strict";
  var shown = address(location); // whose page stands in the document
  var entry; // the entry of the history that it belongs to
  var places = {}; // entry: how far it is scrolled, and the link by which it was left
  var asking = null; // the request under way: {url, stop}
  var slow = null;
  var files = ownFiles(document);
  var told = document.createElement("p"); // what a screen reader hears

  function address(url) {
    return url.pathname + url.search;
  }

  // The styles and scripts of a page: another version of the dashboard needs a plain load.
  function ownFiles(page) {
    return Array.from(page.head.querySelectorAll("link[rel=stylesheet], script[src]"))
      .map(function (one) {
        return one.getAttribute("href") || one.getAttribute("src");
      })
      .join(" ");
  }

  function isPage(url) {
    var path = url.pathname;
    var file = path.slice(path.lastIndexOf("/")).includes(".");
    if (url.origin !== location.origin || file || !path.startsWith(window.kraeftBase.path + "/")) return false;
    return !/^\/(hent|assets|_dash|log-)/.test(window.kraeftBase.inside(path));
  }

  // --- history ---------------------------------------------------------------------------------------

  function place(number) {
    places[number] = places[number] || {};
    return places[number];
  }

  function enter(state, y) {
    entry = (state && state.entry) || Date.now() + Math.random();
    history.replaceState({ entry: entry, y: y || 0 }, "");
  }

  // "manual": the browser would set the place before the page has come. A document that it loads itself has "auto".
  function leave(restoration) {
    place(entry).y = window.scrollY;
    history.scrollRestoration = restoration;
    history.replaceState({ entry: entry, y: window.scrollY }, "");
  }

  // --- what keeps its place --------------------------------------------------------------------------

  // Where a link stands, so that it is found again on the new page: its menu, or its text within a named part.
  function placeOf(link) {
    var holder = null;
    for (var menu = link.closest("details"); menu && !holder; menu = menu.parentElement.closest("details")) {
      holder = menu.querySelector(":scope > summary[id]");
    }
    holder = holder || link.closest("#page [id]:not(main)");
    var seen = holder && holder.matches("summary") ? holder : link;
    return { id: holder ? holder.id : "", text: link.textContent, top: seen.getBoundingClientRect().top };
  }

  function found(then) {
    var holder = then.id ? document.getElementById(then.id) : document.getElementById("page");
    if (!holder || holder.matches("summary")) return holder;
    var same = Array.from(holder.querySelectorAll("a[href], [aria-current]")).find(function (one) {
      return one.textContent === then.text && one.getClientRects().length;
    });
    if (same && !same.matches("a")) same.tabIndex = -1;
    return same;
  }

  function focus(element) {
    if (element) element.focus({ preventScroll: true });
    return Boolean(element) && document.activeElement === element;
  }

  // What the reader has unfolded, apart from menus: tables below figures, explanations.
  function unfolded(page) {
    var seen = {};
    return Array.from(page.querySelectorAll("details:not(.menu, .choices-phone, .flat-menu)")).map(function (one) {
      var part = one.closest("[id]");
      var name = (part ? part.id : "") + "/" + (one.querySelector("summary") || one).textContent;
      seen[name] = (seen[name] || 0) + 1;
      return { name: name + "/" + seen[name], element: one };
    });
  }

  function unfold(page, names) {
    unfolded(page).forEach(function (one) {
      if (names.includes(one.name)) one.element.open = true;
    });
  }

  function scrollTo(y) {
    window.scrollTo({ top: y, behavior: "instant" });
  }

  // --- the exchange ----------------------------------------------------------------------------------

  function exchange(page) {
    var old = document.getElementById("page");
    var oldFigures = document.getElementById("figures");
    var figures = page.getElementById("figures");
    old.replaceWith(document.adoptNode(page.getElementById("page")));
    if (oldFigures) oldFigures.remove();
    if (figures) document.body.append(document.adoptNode(figures));
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    var description = "meta[name=description]";
    document.querySelector(description).content = page.querySelector(description).content;
    document.dispatchEvent(new Event("newpage"));
  }

  // The same page anew, as its results come: nothing that the reader has under eyes or hands moves.
  function renew(page) {
    var here = document.activeElement;
    var link = here && here.closest("#page a[href], #page summary") ? placeOf(here) : null;
    var open = openOnes();
    var y = window.scrollY;
    var heading = headingOf(document);
    exchange(page);
    unfold(document.getElementById("page"), open);
    if (link) focus(found(link));
    scrollTo(y);
    if (headingOf(document) !== heading) told.textContent = headingOf(document);
  }

  function headingOf(page) {
    var heading = page.querySelector("#page h1");
    return heading ? heading.textContent : page.title;
  }

  function openOnes() {
    return unfolded(document.getElementById("page"))
      .filter(function (one) {
        return one.element.open;
      })
      .map(function (one) {
        return one.name;
      });
  }

  // kept: the clicked link's place on the page; null for Back and Forward, which have a place of their own.
  function show(page, url, kept, back) {
    var choice = !back && url.pathname === shown.split("?")[0];
    var open = choice ? openOnes() : [];
    var y = window.scrollY;
    if (!back) {
      leave("manual");
      place(entry).link = kept;
      var same = url.href === location.href;
      history[same ? "replaceState" : "pushState"]({}, "", url.href);
      history.scrollRestoration = "manual";
      enter(null, choice ? y : 0);
    } else {
      place(entry).y = y;
      enter(back, back.y);
    }
    shown = address(url);
    exchange(page);
    var main = document.querySelector("#page main");
    var goal = url.hash && !back ? document.getElementById(decodeURIComponent(url.hash.slice(1))) : null;
    if (goal) {
      goal.scrollIntoView({ behavior: "instant" });
      focus(main);
    } else if (choice) {
      unfold(document.getElementById("page"), open);
      var again = kept && found(kept);
      if (!focus(again)) focus(main);
      scrollTo(y);
      // What changed above the control must not move it.
      if (again) window.scrollBy({ top: again.getBoundingClientRect().top - Math.max(0, kept.top), behavior: "instant" });
    } else {
      var left = back && place(entry).link;
      if (!left || !focus(found(left))) focus(main);
      scrollTo(back ? place(entry).y || back.y || 0 : 0);
    }
    told.textContent = choice ? headingOf(document) : document.title;
  }

  function done() {
    clearTimeout(slow);
    asking = null;
    document.documentElement.classList.remove("is-waiting");
  }

  function fetchPage(url, mine) {
    return fetch(url.href, { signal: mine.stop.signal, headers: { Accept: "text/html" } }).then(function (answer) {
      var kind = answer.headers.get("Content-Type") || "";
      if (!kind.startsWith("text/html")) throw new Error(url.href + " answered " + kind);
      return answer.text().then(function (text) {
        return { page: new DOMParser().parseFromString(text, "text/html"), url: new URL(answer.url) };
      });
    });
  }

  function visit(url, kept, back) {
    if (asking) asking.stop.abort();
    done();
    var mine = { url: url.href, stop: new AbortController() };
    asking = mine;
    slow = setTimeout(function () {
      document.documentElement.classList.add("is-waiting");
    }, 200);
    fetchPage(url, mine)
      .then(function (got) {
        if (mine.stop.signal.aborted) return;
        if (!got.page.getElementById("page") || ownFiles(got.page) !== files || hasForm(got.page)) {
          throw new Error(url.href + " needs a document of its own");
        }
        got.url.hash = url.hash;
        done();
        show(got.page, got.url, kept, back);
      })
      .catch(function () {
        if (mine.stop.signal.aborted) return; // a later click
        done();
        if (address(location) === address(url)) location.reload();
        else location.assign(url.href);
      });
  }

  // A form has a document of its own, so that Back brings what was typed; the period menu's lists are no such form.
  function hasForm(page) {
    return Boolean(page.querySelector("#page form:not(.from-to)"));
  }

  // awaited.js: what the page waits for has come. A click goes before; where this fails, the next time will do.
  document.addEventListener("renew", function () {
    if (asking || hasForm(document)) return;
    var mine = { url: location.href, stop: new AbortController() };
    asking = mine;
    fetchPage(new URL(location.href), mine)
      .then(function (got) {
        if (mine.stop.signal.aborted) return;
        done();
        if (got.page.getElementById("page") && ownFiles(got.page) === files) renew(got.page);
        else location.reload();
      })
      .catch(function () {
        if (asking === mine) done();
      });
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("#page a[href], .pick-bar a[href]");
    if (!link || event.defaultPrevented || event.button) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if ((link.target && link.target !== "_self") || link.hasAttribute("download")) return;
    var url = new URL(link.href);
    if (!isPage(url) || hasForm(document)) return;
    if (url.hash && address(url) === address(location)) return; // a place on this page
    event.preventDefault();
    if (!asking || asking.url !== url.href) visit(url, placeOf(link), null);
  });

  window.addEventListener("popstate", function (event) {
    if (address(location) !== shown) {
      visit(new URL(location.href), null, event.state || { y: 0 });
      return;
    }
    // The same page: back before an answer came, or a place on the page.
    if (asking) asking.stop.abort();
    done();
    if (!event.state) {
      enter(null, window.scrollY);
      return;
    }
    enter(event.state, event.state.y);
    scrollTo(place(entry).y || event.state.y || 0);
  });

  window.addEventListener(
    "scroll",
    function () {
      place(entry).y = window.scrollY;
    },
    { passive: true }
  );

  window.addEventListener("pagehide", function () {
    leave("auto");
  });

  window.addEventListener("pageshow", done);

  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  document.body.append(told);
  enter(history.state, window.scrollY);
  document.documentElement.dataset.ready = "true";
})();
