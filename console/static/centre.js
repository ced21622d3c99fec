// What a script adds for the parties: a file that is announced before it is sent, how far an upload is, and a button that prints a letter. Without it both are done by the
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

  // What was announced is remembered until it has landed or was refused, so that a page that is loaded anew goes on with the same upload.
  // Without a place to remember it is announced again.
  const memory = {
    get: (name) => { try { return sessionStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* no place */ } },
    drop: (name) => { try { sessionStorage.removeItem(name); } catch { /* no place */ } },
  };

  // A file is announced by its hash and size before it is sent: announced in time it is in time, and sent again it is the same evidence.
  // Nothing depends on it: a file that is not announced is sent as it is.
  const announce = async (form, file) => {
    if (!window.crypto || !crypto.subtle || !form.dataset.announce) return null;
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const said = new FormData();
    for (const name of ["csrf", "key", "f.type", "f.request"]) {
      const field = form.elements.namedItem(name);
      if (field && field.value) said.set(name, field.value);
    }
    said.set("sha256", Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join(""));
    said.set("size", file.size);
    const name = ["announced", form.dataset.announce, said.get("sha256"), said.get("f.type"), said.get("f.request") || ""].join(" ");
    said.set("key", memory.get(name) || said.get("key"));
    const answer = await fetch(form.dataset.announce, { method: "POST", body: said, redirect: "error" });
    if (!answer.ok) return null;
    memory.set(name, said.get("key"));
    return { ...(await answer.json()), name };
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-upload") || event.defaultPrevented) return;
    const file = form.querySelector('input[type="file"]');
    if (!file || file.files.length === 0) return;
    event.preventDefault();
    if (form.dataset.sending) return; // it is on its way
    form.dataset.sending = "1";
    const submitter = event.submitter;
    const box = form.querySelector(".progress"), bar = box.querySelector("progress"), words = box.querySelector("p");
    if (!words.dataset.sending) words.dataset.sending = words.textContent;
    bar.value = 0;
    words.textContent = words.dataset.hashing;
    box.hidden = false;
    const told = await announce(form, file.files[0]).catch(() => null);
    form.elements.namedItem("upload").value = told ? told.upload : "";
    const body = new FormData(form, submitter);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => { if (sent.lengthComputable) bar.value = Math.round((100 * sent.loaded) / sent.total); });
    request.upload.addEventListener("load", () => { words.textContent = words.dataset.sent; });
    request.addEventListener("load", () => {
      if (told && request.status < 500) memory.drop(told.name);
      show(request);
    });
    request.addEventListener("error", () => {
      words.textContent = words.dataset.failed;
      delete form.dataset.sending;
      setTimeout(() => { for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled"); }, 0);
    });
    words.textContent = words.dataset.sending + (told ? " " + told.words : "");
    request.open("POST", form.action);
    request.send(body);
  });
})();
