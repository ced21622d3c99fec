// What a script adds to the desk: single keys for what is also a link or a button, a list of commands, counts that stay
// right, and drafts that are kept by themselves. Everything here may fail, and the pages go on.
"use strict";
(() => {
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox|button|submit)$/.test(target.type);
  const bar = () => document.querySelector("[data-keys]");

  // Rows are walked by their links, so that Enter is the browser's own.
  const walk = (by) => {
    const rows = all("[data-row]");
    if (!rows.length) return false;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
    next.querySelector("[data-open]").focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  // What a key stands for: in the row that is looked at, or else on the page. Among rows a key never takes the first one's.
  const bearer = (key) => {
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    const found = row && row.querySelector(`[data-key="${key}"]`);
    return found || all(`[data-key="${key}"]`).find((one) => !one.closest("[data-row]"));
  };

  document.addEventListener("keydown", (event) => {
    const on = bar();
    if (!on) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      const opener = document.querySelector("[data-palette]");
      if (!opener || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      palette(opener);
      return;
    }
    if (on.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (!/^[jkarh1-5?]$/.test(key)) return;
    if ((key === "j" || key === "k") && walk(key === "j" ? 1 : -1)) {
      event.preventDefault();
      return;
    }
    const target = bearer(key);
    if (!target) return;
    event.preventDefault();
    target.click();
  });
  document.addEventListener("click", (event) => {
    const target = event.target.closest && event.target.closest("a");
    if (!target) return;
    if (target.dataset.palette !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      palette(target);
    } else if (target.getAttribute("href") === "#main" && (target.dataset.key === "j" || target.dataset.key === "k")) {
      event.preventDefault();
      event.stopPropagation();
      walk(target.dataset.key === "j" ? 1 : -1);
    }
  }, true);

  // The commands are the links and buttons that the page has, by their words.
  const palette = (opener) => {
    const dialog = document.createElement("dialog"), find = document.createElement("input"), list = document.createElement("ul"), close = document.createElement("button");
    dialog.className = "palette";
    dialog.setAttribute("aria-label", opener.dataset.wordsTitle);
    find.setAttribute("aria-label", opener.dataset.wordsFind);
    find.placeholder = opener.dataset.wordsFind;
    close.className = "button small";
    close.textContent = opener.dataset.wordsClose;
    const words = (one) => one.textContent.replace(/\s+/g, " ").trim();
    const commands = all("nav a, .tabs a, .views a, .row-open, .row-moves .button, .moves .button, .desk-bar a:not([data-palette]), .viewer-bar a, .crumb a, .buttons .button, .menu-body a").filter(words);
    const fill = () => {
      list.replaceChildren();
      for (const one of commands) {
        if (!words(one).toLowerCase().includes(find.value.trim().toLowerCase())) continue;
        const item = document.createElement("li"), go = document.createElement("button");
        go.type = "button";
        go.className = "plain";
        go.textContent = words(one);
        go.addEventListener("click", () => { dialog.close(); one.click(); });
        item.append(go);
        list.append(item);
      }
    };
    find.addEventListener("input", fill);
    dialog.addEventListener("keydown", (event) => {
      const buttons = all("li button", list), at = buttons.indexOf(document.activeElement);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const to = at + (event.key === "ArrowDown" ? 1 : -1);
        (buttons[to] || find).focus();
      } else if (event.key === "Enter" && document.activeElement === find && buttons[0]) {
        event.preventDefault();
        buttons[0].click();
      }
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); if (opener.isConnected) opener.focus(); });
    dialog.append(find, list, close);
    document.body.append(dialog);
    fill();
    dialog.showModal();
    find.focus();
  };

  // Counts that change say so; whoever reads the queue is not torn from it.
  let source = null;
  const stop = () => { if (source) source.close(); source = null; };
  const count = () => {
    stop();
    const tabs = document.querySelector("[data-counts]");
    if (!tabs || !window.EventSource) return;
    source = new EventSource(tabs.dataset.counts);
    source.addEventListener("counts", (event) => {
      const counts = JSON.parse(event.data);
      let changed = false;
      for (const shown of all("[data-count]", tabs)) {
        const now = counts[shown.dataset.count];
        if (now === undefined || now === shown.textContent) continue;
        shown.textContent = now;
        changed = true;
      }
      const note = document.querySelector("[data-queue-news]");
      if (changed && note) note.hidden = false;
    });
  };

  // A draft is kept a moment after the last word. Only the latest answer is told.
  const pause = 1200;
  let timer = 0, turn = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest && event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => save(form), pause);
  });
  const save = (form) => {
    if (!form.isConnected) return;
    const told = form.querySelector("[data-draft-status]"), mine = ++turn, body = new URLSearchParams(new FormData(form));
    body.set("step", "autosave");
    told.textContent = form.dataset.wordsSaving;
    fetch(form.getAttribute("action"), { method: "POST", body, redirect: "error" })
      .then((answer) => answer.text().then((words) => { if (!/^text\/plain/.test(answer.headers.get("Content-Type"))) throw new Error("no answer"); return words; }))
      .then((words) => { if (mine === turn) told.textContent = words; })
      .catch(() => { if (mine === turn) told.textContent = form.dataset.wordsFailed; });
  };
  document.addEventListener("submit", () => clearTimeout(timer), true);

  count();
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && count());
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "main" || event.target === document.body) count(); });
})();
