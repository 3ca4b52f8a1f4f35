/* PNG and SVG of a figure, with title, key, caption, caveat, stamp and the site's font inside the file. The PNG has at
   least 300 dots to the inch when it is 17 cm wide. Works without any other host. */
(function () {
  "use strict";
  var margin = 24;
  var PRINTED = 17; // cm: the width of a text column in a report
  var LEAST = Math.ceil((PRINTED / 2.54) * 300); // px
  var FAMILY = "Inter, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";
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

  // Widths as the page's own font has them; a little is left for programs that have another.
  var measure = document.createElement("canvas").getContext("2d");
  function widthOf(text, size, weight) {
    measure.font = weight + " " + size + "px Inter, sans-serif";
    return measure.measureText(text).width * 1.06;
  }

  function lines(text, width, size, weight) {
    var rows = [""];
    text.split(" ").forEach(function (word) {
      var last = rows[rows.length - 1];
      if (last && widthOf(last + " " + word, size, weight) > width) rows.push(word);
      else rows[rows.length - 1] = last ? last + " " + word : word;
    });
    return rows;
  }

  function node(name, attributes) {
    var one = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) {
      one.setAttribute(key, attributes[key]);
    });
    return one;
  }

  function words(text, x, y, size, weight, fill) {
    var style = "font-family:" + FAMILY + ";font-size:" + size + "px;font-weight:" + weight + ";fill:" + fill;
    var one = node("text", { x: x, y: y, style: style });
    one.textContent = text;
    return one;
  }

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  // A mark of the page's key as SVG, in the colours that the screen shows; 14 px high.
  function mark(one) {
    var look = getComputedStyle(one);
    var edge = look.borderTopColor;
    if (one.matches("svg.zone-mark")) {
      var drawn = one.cloneNode(true);
      drawn.removeAttribute("class");
      return [drawn];
    }
    if (one.matches(".mark")) {
      var quarters = one.matches(".mark-probably-met") ? 3 : one.matches(".mark-unsettled") ? 2 : one.matches(".mark-probably-not-met") ? 1 : 0;
      var open = quarters || one.matches(".mark-not-met, .mark-not-mature");
      var disc = { cx: 7, cy: 7, r: 5, fill: open ? "#ffffff" : edge, stroke: edge, "stroke-width": 2 };
      // The filled quarters, clockwise from the top.
      var arc = ["", "A5 5 0 0 1 12 7", "A5 5 0 0 1 7 12", "A5 5 0 1 1 2 7"][quarters];
      var filled = node("path", { d: "M7 7V2" + arc + "Z", fill: edge });
      return quarters ? [node("circle", disc), filled] : [node("circle", disc)];
    }
    if (one.matches(".waits-square")) {
      var crossed = one.matches(".rules-broken");
      var fill = crossed ? edge : one.matches(".over-unsettled") ? "#ffffff" : look.backgroundColor;
      var square = { x: 1.75, y: 1.75, width: 10.5, height: 10.5, rx: 1.5, fill: fill, stroke: edge, "stroke-width": 1.5 };
      var parts = [node("rect", square)];
      if (crossed) parts.push(node("path", { d: "M2 2L12 12M12 2L2 12", stroke: "#ffffff", "stroke-width": 1.6 }));
      if (one.matches(".over-unsettled")) parts.push(node("path", { d: "M12 2V12H2Z", fill: edge }));
      return parts;
    }
    if (one.matches(".key-interval")) {
      return [node("path", { d: "M0 7H14", stroke: edge, "stroke-width": 2.5 })];
    }
    if (one.matches(".key-standard, .key-target, .key-reference")) {
      var dashes = one.matches(".key-standard") ? "none" : one.matches(".key-target") ? "4 3" : "1.6 2.4";
      var colour = getComputedStyle(one).borderLeftColor;
      return [node("path", { d: "M7 0V14", stroke: colour, "stroke-width": 2, "stroke-dasharray": dashes })];
    }
    throw new Error("the key's mark '" + one.className + "' cannot be drawn in PNG and SVG");
  }

  // The figure's key and caption, where the page has them: in the figure's section, or told to be of this figure.
  function beside(section, id, kind) {
    return section.querySelector(kind === "caption" ? ":scope > .caption" : ".key") || document.querySelector("#page [data-" + kind + '-of~="' + CSS.escape(id) + '"]');
  }

  function read(one) {
    if (!one) return "";
    var copy = one.cloneNode(true);
    copy.querySelectorAll(".key, .visually-hidden").forEach(function (part) {
      part.remove();
    });
    return copy.textContent.replace(/[ \t\r\n]+/g, " ").replace(/\u2011/g, "-").trim();
  }

  function keyRows(key, width) {
    var x = 0;
    var y = 0;
    var parts = [];
    Array.from(key ? key.children : []).forEach(function (entry) {
      var text = read(entry);
      if (!text) return;
      var shape = entry.querySelector("img, i, .mark");
      var room = (shape ? 21 : 0) + widthOf(text, 13, 500);
      if (x && x + room > width) {
        x = 0;
        y += 20;
      }
      parts.push({ x: x, y: y, text: text, shape: shape, tone: getComputedStyle(entry).color });
      x += room + 24;
    });
    return { parts: parts, height: parts.length ? y + 24 : 0 };
  }

  // The server's drawing between a title and what the page says beside it: key, caption, caveat and stamp.
  function framed(inner, said, face) {
    var drawn = new DOMParser().parseFromString(inner, "image/svg+xml").documentElement;
    var width = Number(drawn.getAttribute("width"));
    var height = Number(drawn.getAttribute("height"));
    var room = Math.max(width, 560);
    var wide = room + 2 * margin;
    var frame = node("svg", {});
    var style = node("style", {});
    var ground = node("rect", { width: wide, fill: "#ffffff" });
    style.textContent = face;
    frame.append(style, ground);
    var y = margin - 6;

    function paragraph(text, size, step, weight, tone, kind) {
      if (!text) return;
      var group = node("g", { class: kind });
      lines(text, room, size, weight).forEach(function (row) {
        y += step;
        group.append(words(row, margin, y, size, weight, token(tone)));
      });
      frame.append(group);
    }

    paragraph(said.title, 16, 22, 600, "ink", "title");
    y += 12;
    drawn.setAttribute("x", margin);
    drawn.setAttribute("y", y);
    drawn.setAttribute("class", "figure");
    frame.append(document.importNode(drawn, true));
    y += height + 10;
    var key = keyRows(said.key, room);
    var group = node("g", { class: "key" });
    key.parts.forEach(function (part) {
      if (part.shape) {
        var place = node("g", { transform: "translate(" + (margin + part.x) + "," + (y + part.y + 2) + ")" });
        mark(part.shape).forEach(function (one) {
          place.append(one);
        });
        group.append(place);
      }
      group.append(words(part.text, margin + part.x + (part.shape ? 21 : 0), y + part.y + 14, 13, 400, part.tone));
    });
    if (key.height) frame.append(group);
    y += key.height;
    paragraph(said.caption, 13, 19, 400, "ink-2", "caption");
    paragraph(said.caveat, 13, 19, 600, "ink-2", "caveat");
    y += 8;
    paragraph(said.stamp, 11, 16, 400, "ink-3", "stamp");
    var full = Math.ceil(y + margin - 6);
    ground.setAttribute("height", full);
    frame.setAttribute("width", wide);
    frame.setAttribute("height", full);
    frame.setAttribute("viewBox", "0 0 " + wide + " " + full);
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

  function toPng(frame) {
    var scale = Math.max(2, LEAST / frame.width);
    return new Promise(function (resolve, reject) {
      var image = new Image();
      image.onload = function () {
        var canvas = document.createElement("canvas");
        canvas.width = Math.ceil(frame.width * scale);
        canvas.height = Math.ceil(frame.height * scale);
        var pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          blob.arrayBuffer().then(function (bytes) {
            resolve(sized(new Uint8Array(bytes), canvas.width));
          }, reject);
        }, "image/png");
      };
      image.onerror = function () {
        reject(new Error("the browser could not draw the figure's SVG"));
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(frame.text);
    });
  }

  // PNG's checksum (ISO 3309), bit by bit: it is made of 13 bytes.
  function checksum(bytes) {
    var rest = 0xffffffff;
    bytes.forEach(function (byte) {
      rest ^= byte;
      for (var bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    });
    return (rest ^ 0xffffffff) >>> 0;
  }

  // The PNG with its size on paper, 17 cm wide: the chunk pHYs after the 33 bytes of signature and IHDR.
  function sized(png, pixels) {
    var perMetre = Math.round((pixels * 100) / PRINTED);
    var chunk = new Uint8Array(21);
    var view = new DataView(chunk.buffer);
    view.setUint32(0, 9);
    chunk.set([0x70, 0x48, 0x59, 0x73], 4);
    view.setUint32(8, perMetre);
    view.setUint32(12, perMetre);
    chunk[16] = 1; // the unit is the metre
    view.setUint32(17, checksum(chunk.subarray(4, 17)));
    return new Blob([png.subarray(0, 33), chunk, png.subarray(33)], { type: "image/png" });
  }

  // The figure's drawing from the server, as wide as the page has it.
  function drawing(id, width) {
    var side = encodeURIComponent(window.kraeftBase.inside(location.pathname) + location.search);
    var file = "/figur/" + encodeURIComponent(id) + ".svg?side=" + side + "&bredde=" + width;
    var address = window.kraeftBase.outside(file);
    return fetch(address).then(function (answer) {
      if (!answer.ok) throw new Error("the figure " + address + " answered " + answer.status);
      return answer.text();
    });
  }

  function exportFigure(button) {
    var id = button.dataset.figure;
    var section = button.closest(".figure");
    var width = button.dataset.width || Math.round(section.querySelector(".graph").clientWidth);
    var snapshot = document.querySelector(".shell").dataset.snapshot;
    var name = (id + "-" + snapshot).replace(/[^\w-]+/g, "-");
    return Promise.all([drawing(id, width), fontFace()]).then(function (parts) {
      var said = {
        title: button.dataset.title,
        key: beside(section, id, "key"),
        caption: read(beside(section, id, "caption")),
        caveat: button.dataset.caveat || "",
        stamp: button.dataset.stamp,
      };
      var frame = framed(parts[0], said, parts[1]);
      if (button.dataset.export === "svg") {
        save(new Blob([frame.text], { type: "image/svg+xml" }), name + ".svg");
        return null;
      }
      return toPng(frame).then(function (blob) {
        save(blob, name + ".png");
      });
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-export]");
    if (button) exportFigure(button);
  });
})();
