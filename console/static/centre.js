// What a script adds for the parties: how far an upload is, and a button that prints a letter. Without it both are done by the
// browser alone.
"use strict";
(() => {
  const ready = () => {
    for (const button of document.querySelectorAll("[data-print][hidden]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
  };
  ready();
  document.body.addEventListener("htmx:afterSettle", ready);

  // The page that answers takes the place of this one.
  const show = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("main");
    if (request.status < 400 || !page) {
      location.assign(request.responseURL || location.href);
      return;
    }
    document.getElementById("main").replaceWith(document.importNode(page, true));
    document.getElementById("main").focus();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-upload") || event.defaultPrevented) return;
    const file = form.querySelector('input[type="file"]');
    if (!file || file.files.length === 0) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const box = form.querySelector(".progress"), bar = box.querySelector("progress"), words = box.querySelector("p");
    const before = words.textContent;
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => { if (sent.lengthComputable) bar.value = Math.round((100 * sent.loaded) / sent.total); });
    request.upload.addEventListener("load", () => { words.textContent = words.dataset.sent; });
    request.addEventListener("load", () => show(request));
    request.addEventListener("error", () => {
      words.textContent = words.dataset.failed;
      setTimeout(() => { for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled"); }, 0);
    });
    words.textContent = before;
    box.hidden = false;
    request.open("POST", form.action);
    request.send(body);
  });
})();
