/* Figures that answer: Dash draws its graphs into the boxes of the server's page. Dash itself comes with the first page
   that has such figures, and keeps running; they are what its callback "islands" returns (server/rendering.py). */
(function () {
  "use strict";
  var visit = 0; // counts the pages shown: figures of an earlier one are never taken for those of this one
  var asked = 0; // counts what Dash is to draw, and what it was given
  var given = -1;
  var starting = null;
  var hydrated;

  function box(id) {
    return document.querySelector('#page [data-graph="' + CSS.escape(id) + '"]');
  }

  function due(island) {
    return box(island.props.box);
  }

  function pending() {
    var script = document.getElementById("figures");
    return (script ? JSON.parse(script.textContent) : []).filter(due);
  }

  // Called by Dash: at its start, and whenever "visit" changes.
  function islands() {
    given = asked;
    if (hydrated) hydrated();
    return pending().map(function (island) {
      var props = Object.assign({}, island.props, { id: island.props.id + "-" + visit, visit: visit });
      return Object.assign({}, island, { props: props });
    });
  }

  window.kraeftkvalitet = {
    // React draws the child into the box, and takes it away from there, wherever the box then is.
    Island: function (props) {
      var place = window.React.useMemo(
        function () {
          return box(props.box);
        },
        [props.visit]
      );
      return place ? window.ReactDOM.createPortal(props.children, place) : null;
    },
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { kraeftkvalitet: { islands: islands } });

  function added(original) {
    var script = document.createElement("script");
    Array.from(original.attributes).forEach(function (one) {
      script.setAttribute(one.name, one.value);
    });
    script.textContent = original.textContent;
    script.async = false; // in their order
    var loaded = new Promise(function (resolve, reject) {
      script.onload = resolve;
      script.onerror = function () {
        reject(new Error("the script " + script.src + " did not come"));
      };
    });
    document.body.append(script);
    return script.src ? loaded : null;
  }

  // Dash's own tags, as the server wrote them: files first, then what is to run when they are there.
  function start() {
    var tags = Array.from(document.getElementById("dash").content.querySelectorAll("script"));
    var files = tags.filter(function (one) {
      return one.hasAttribute("src");
    });
    var inline = tags.filter(function (one) {
      return !one.hasAttribute("src");
    });
    var ready = new Promise(function (resolve) {
      hydrated = resolve;
    });
    return Promise.all(files.map(added)).then(function () {
      inline.forEach(added);
      return ready;
    });
  }

  function show() {
    asked += 1;
    if (!starting && !pending().length) return;
    if (!starting) starting = start();
    starting.then(
      function () {
        if (given !== asked) window.dash_clientside.set_props("visit", { data: asked });
      },
      function (error) {
        var english = document.documentElement.lang === "en";
        pending().forEach(function (island) {
          box(island.props.box).textContent = english
            ? "The figure could not be drawn. Reload the page."
            : "Figuren kunne ikke tegnes. Genindlæs siden.";
        });
        throw error;
      }
    );
  }

  // The page's words are painted first, then the figures are drawn.
  function painted() {
    return new Promise(function (resolve) {
      if (document.hidden) resolve();
      else
        requestAnimationFrame(function () {
          setTimeout(resolve);
        });
    });
  }

  // On paper a figure that is wider than the sheet is drawn smaller: without a viewBox the browser would cut it.
  function drawings() {
    return Array.from(document.querySelectorAll("#page .js-plotly-plot .main-svg"));
  }

  window.addEventListener("beforeprint", function () {
    drawings().forEach(function (one) {
      one.setAttribute("viewBox", "0 0 " + one.getAttribute("width") + " " + one.getAttribute("height"));
    });
  });

  window.addEventListener("afterprint", function () {
    drawings().forEach(function (one) {
      one.removeAttribute("viewBox");
    });
  });

  document.addEventListener("newpage", function () {
    visit += 1;
    painted().then(show);
  });

  show();
})();
