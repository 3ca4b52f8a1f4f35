/* Addresses of a dashboard below a path of its host (server/base_path.py): those that come as data ("/om") get it, those
   of the browser lose it. The first script of a page. */
(function () {
  "use strict";
  var path = document.documentElement.dataset.base || "";
  window.kraeftBase = {
    path: path,
    outside: function (address) {
      return address.startsWith("/") ? path + address : address;
    },
    inside: function (address) {
      return address.slice(path.length);
    },
  };
})();
