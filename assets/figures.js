/* PNG and SVG of a figure, with title, stamp and the site's font inside the file. Works without any other host. */
(function () {
  "use strict";
  var margin = 24;
  var font = null;

  function fontFace() {
    if (font) return font;
    var sheet = document.querySelector("link[href*='tokens.css']");
    var address = new URL("fonts/inter-variable.woff2", sheet ? sheet.href : location.origin + "/assets/");
    font = fetch(address)
      .then(function (answer) {
        if (!answer.ok) throw new Error("the font " + address + " answered " + answer.status);
        return answer.blob();
      })
      .then(function (blob) {
        return new Promise(function (resolve, reject) {
          var reader = new FileReader();
          reader.onload = function () {
            resolve(reader.result);
          };
          reader.onerror = reject;
          reader.readAsDataURL(blob);
        });
      })
      .then(function (data) {
        return '@font-face{font-family:"Inter";font-weight:400 700;src:url("' + data + '") format("woff2")}';
      });
    return font;
  }

  function lines(text, width, size) {
    var most = Math.max(20, Math.floor(width / (size * 0.56)));
    var rows = [""];
    text.split(" ").forEach(function (word) {
      var last = rows[rows.length - 1];
      if (last && (last + " " + word).length > most) rows.push(word);
      else rows[rows.length - 1] = last ? last + " " + word : word;
    });
    return rows;
  }

  function textNode(document_, rows, y, size, step, fill, weight) {
    return rows.map(function (row, number) {
      var node = document_.createElementNS("http://www.w3.org/2000/svg", "text");
      node.setAttribute("x", margin);
      node.setAttribute("y", y + number * step);
      node.setAttribute("style", "font:" + weight + " " + size + "px Inter,sans-serif;fill:" + fill);
      node.textContent = row;
      return node;
    });
  }

  // Plotly's own SVG, placed between a title above and a stamp below.
  function framed(inner, width, height, title, stamp, face) {
    var document_ = new DOMParser().parseFromString(inner, "image/svg+xml");
    var svg = document_.documentElement;
    var titles = lines(title, width, 16);
    var stamps = lines(stamp, width, 11);
    var top = margin + titles.length * 22 + 6;
    var full = top + height + 12 + stamps.length * 16 + margin - 8;
    var wide = width + 2 * margin;
    var frame = document_.createElementNS("http://www.w3.org/2000/svg", "svg");
    frame.setAttribute("width", wide);
    frame.setAttribute("height", full);
    frame.setAttribute("viewBox", "0 0 " + wide + " " + full);
    var style = document_.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = face;
    var ground = document_.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", wide);
    ground.setAttribute("height", full);
    ground.setAttribute("fill", "#ffffff");
    frame.append(style, ground);
    textNode(document_, titles, margin + 14, 16, 22, "#16202b", 600).forEach(function (node) {
      frame.append(node);
    });
    svg.setAttribute("x", margin);
    svg.setAttribute("y", top);
    frame.append(document_.importNode(svg, true));
    textNode(document_, stamps, top + height + 24, 11, 16, "#5c6773", 400).forEach(function (node) {
      frame.append(node);
    });
    return { text: new XMLSerializer().serializeToString(frame), width: wide, height: full };
  }

  function save(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(function () {
      URL.revokeObjectURL(link.href);
    }, 10000);
  }

  function toPng(frame, scale) {
    return new Promise(function (resolve, reject) {
      var image = new Image();
      image.onload = function () {
        var canvas = document.createElement("canvas");
        canvas.width = frame.width * scale;
        canvas.height = frame.height * scale;
        var pen = canvas.getContext("2d");
        pen.scale(scale, scale);
        pen.drawImage(image, 0, 0, frame.width, frame.height);
        canvas.toBlob(resolve, "image/png");
      };
      image.onerror = function () {
        reject(new Error("the browser could not draw the figure's SVG"));
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(frame.text);
    });
  }

  function exportFigure(button) {
    return drawn(button.dataset.figure).then(function (graph) {
      return exportDrawn(button, graph);
    });
  }

  // The figure's graph when it is drawn; one off the screen is drawn for this.
  function drawn(id) {
    var box = document.querySelector('#page [data-graph="' + CSS.escape(id) + '"]');
    window.kraeftkvalitet.draw(id);
    return new Promise(function (resolve) {
      function look() {
        var graph = box.querySelector(".js-plotly-plot");
        if (graph && graph.querySelector(".main-svg")) resolve(graph);
        else if (box.isConnected) setTimeout(look, 50);
      }
      look();
    });
  }

  function exportDrawn(button, graph) {
    var id = button.dataset.figure;
    var width = graph.clientWidth;
    var height = graph.clientHeight;
    var snapshot = document.querySelector(".shell").dataset.snapshot;
    var name = (id + "-" + snapshot).replace(/[^\w-]+/g, "-");
    return Promise.all([
      window.Plotly.toImage(
        { data: graph.data, layout: Object.assign({}, graph.layout, { width: width, height: height }) },
        { format: "svg", width: width, height: height, imageDataOnly: true }
      ),
      fontFace(),
    ]).then(function (parts) {
      var frame = framed(parts[0], width, height, button.dataset.title, button.dataset.stamp, parts[1]);
      if (button.dataset.export === "svg") {
        save(new Blob([frame.text], { type: "image/svg+xml" }), name + ".svg");
        return null;
      }
      return toPng(frame, 2).then(function (blob) {
        save(blob, name + ".png");
      });
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-export]");
    if (button) exportFigure(button);
  });
})();
