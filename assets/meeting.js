/* The audit meeting by keyboard: arrows go to the next indicator (within a field with Alt), Esc to the agenda. What was
   written is kept before the screen changes, and when a field is left. */
(function () {
  "use strict";
  function field(target) {
    return target && target.closest && target.closest("input, textarea, select");
  }

  var sent = "";
  function content(form) {
    return new URLSearchParams(new FormData(form)).toString();
  }

  function keep(form) {
    var now = content(form);
    if (!form.dataset.touched || now === sent) return Promise.resolve(true);
    sent = now;
    return fetch(form.action, {
      method: "POST", body: now, headers: { "Content-Type": "application/x-www-form-urlencoded" },
    }).then(function (answer) {
      if (!answer.ok) {
        form.submit(); // shows what is wrong, with what was typed
        return false;
      }
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        ["input[name=base]", "#gemt"].forEach(function (which) {
          var there = page.querySelector("#beslutning " + which);
          var here = form.querySelector(which);
          if (!there || !here) return;
          if (which === "#gemt") here.textContent = there.textContent;
          else here.value = there.value;
        });
        delete form.dataset.touched;
        sent = "";
        return true;
      });
    });
  }

  function go(id) {
    var link = document.getElementById(id);
    var form = document.getElementById("beslutning");
    if (!link) return;
    Promise.resolve(form ? keep(form) : true).then(function (kept) {
      if (kept) window.location.assign(link.href);
    });
  }

  document.addEventListener("keydown", function (event) {
    if (!document.querySelector(".meeting") || event.ctrlKey || event.metaKey) return;
    if (field(event.target) && !event.altKey && event.key !== "Escape") return;
    var to = { ArrowRight: "naeste", PageDown: "naeste", ArrowLeft: "forrige", PageUp: "forrige", Escape: "luk" }[event.key];
    if (!to) return;
    event.preventDefault();
    go(to);
  });

  document.addEventListener("input", function (event) {
    var form = event.target.closest("#beslutning");
    if (form) form.dataset.touched = "yes";
  });

  document.addEventListener("focusout", function (event) {
    var form = event.target.closest && event.target.closest("#beslutning");
    if (form && field(event.target)) keep(form);
  });
})();
