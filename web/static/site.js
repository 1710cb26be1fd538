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

  function tellOffline(form) {
    var told = form.querySelector("[data-offline]");
    if (!told) {
      told = document.createElement("p");
      told.className = "problem";
      told.dataset.offline = "yes";
      told.setAttribute("role", "alert");
      form.append(told);
    }
    told.textContent = "连接断开，没有提交，您填写的都在本页。连上以后请再点一次。";
  }
  window.addEventListener("online", function () {
    document.querySelectorAll("[data-offline]").forEach(function (told) { told.remove(); });
  });

  // A second click on the way would send the same again.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    // Sent without a connection, the form would give way to the browser's own page, with all that is typed in it.
    if (!navigator.onLine) { event.preventDefault(); tellOffline(form); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.querySelectorAll("textarea[data-count]").forEach(countCharacters);
  focusProblem(document);
  document.addEventListener("htmx:afterSwap", function (event) { focusProblem(event.target); });

  // What is typed was kept, or why not: signed out (401), or no connection (0).
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.target.closest("[data-saved]")) return;
    var status = String(event.detail.xhr.status);
    document.querySelectorAll("[data-failed]").forEach(function (told) { told.hidden = told.dataset.failed !== status; });
    if (status === "401" || status === "0") event.target.textContent = "";
  });

  // A part of a page that came without that part: signed out, or not found. The whole answer says which.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var part = event.detail.requestConfig && event.detail.requestConfig.verb === "get" && event.detail.target.id;
    if (!part || event.detail.serverResponse.indexOf('id="' + part + '"') >= 0) return;
    event.detail.shouldSwap = false;
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  // Reviewing a list by keyboard: J and K move, Enter opens, a digit ticks. What is ticked stays when another is opened.
  var list = document.querySelector("[data-candidates]");
  if (list) {
    list.addEventListener("htmx:afterRequest", function (event) {
      if (!event.detail.successful) return;
      list.querySelectorAll("li[aria-current]").forEach(function (line) { line.removeAttribute("aria-current"); });
      event.target.closest("li").setAttribute("aria-current", "true");
    });
    var links = Array.prototype.slice.call(list.querySelectorAll("li > a"));
    document.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox") return;
      var step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (step && links.length) {
        var open = links.findIndex(function (link) { return link.parentElement.hasAttribute("aria-current"); });
        var at = links.indexOf(document.activeElement);
        at = at < 0 ? open : at;
        links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
        event.preventDefault();
      } else if (/^[1-9]$/.test(event.key)) {
        var box = list.querySelector("input[data-rank='" + event.key + "']");
        if (box && !box.disabled) { box.checked = !box.checked; event.preventDefault(); }
      }
    });
  }

  // From the list of calls: what is entered now was said on the telephone, now.
  if (/[?&]by=phone(&|$)/.test(window.location.search)) {
    document.querySelectorAll("[name='proxy.channel']").forEach(function (field) { if (!field.value) field.value = "phone"; });
    var moment = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 16);
    document.querySelectorAll("[name='proxy.asked_at']").forEach(function (field) { if (!field.value) field.value = moment; });
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var source = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(source.value || source.textContent).then(function () {
        button.textContent = "已复制";
      });
    });
  });
  // Who compares keeps what was already chosen; what was written stays out of the address.
  document.querySelectorAll("form[data-carries]").forEach(function (form) {
    form.addEventListener("submit", function () {
      form.replaceChildren();
      document.querySelectorAll("[name^='choice.'], [name^='order.']").forEach(function (field) {
        if (!field.value || field.value === "wait") return;
        var kept = document.createElement("input");
        kept.type = "hidden"; kept.name = field.name; kept.value = field.value;
        form.append(kept);
      });
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
