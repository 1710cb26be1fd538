// Conveniences only: every page can be used without this file.
(function () {
  "use strict";

  // On a phone the menu begins folded up.
  var menu = document.querySelector(".menu");
  if (menu && window.matchMedia("(max-width: 899px)").matches) menu.removeAttribute("open");

  function focusProblem(root) {
    var problem = root.querySelector("[data-focus]");
    if (problem) problem.focus();
  }

  function countCharacters(area) {
    var most = Number(area.dataset.count);
    var told = document.createElement("p");
    told.className = "help count";
    area.insertAdjacentElement("afterend", told);
    function show() { told.textContent = area.value.length + " / " + most + " 字"; }
    area.addEventListener("input", show);
    show();
  }

  // A second click on the way would send the same again.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.querySelectorAll("textarea[data-count]").forEach(countCharacters);
  focusProblem(document);
  document.addEventListener("htmx:afterSwap", function (event) { focusProblem(event.target); });

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var source = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(source.value || source.textContent).then(function () {
        button.textContent = "已复制";
      });
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
