// What a script adds to pages that work without one: links and forms without loading the frame anew, news of the case that
// is open, and the reader's time zone. Everything here may fail, and the pages go on.
"use strict";
(() => {
  // The zone is told once, so that the server can write times as the reader's clock shows them.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes("recourse-zone=" + zone)) {
    document.cookie = "recourse-zone=" + zone + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  }

  document.body.setAttribute("hx-boost", "true");
  if (window.htmx) htmx.process(document.body);

  let source = null, timer = 0;
  const stop = () => {
    if (source) source.close();
    clearInterval(timer);
    source = null;
  };

  // Somebody who is writing is told that there is news; everybody else sees it at once.
  const news = (main, revision) => {
    if (!main.isConnected || Number(revision) <= Number(main.dataset.revision)) return;
    main.dataset.revision = revision;
    const writing = main.querySelector("textarea, details[open], input:focus");
    if (writing || !window.htmx) {
      main.querySelector(".news").hidden = false;
      return;
    }
    htmx.ajax("GET", location.pathname + location.search, { target: "#main", select: "#main", swap: "outerHTML" });
  };

  const poll = (main) => {
    timer = setInterval(() => {
      fetch(main.dataset.revisionAt, { headers: { "HX-Request": "true" }, redirect: "error" })
        .then((answer) => (answer.ok ? answer.text() : null))
        .then((revision) => revision && news(main, revision))
        .catch(() => {});
    }, 30000);
  };

  const follow = () => {
    stop();
    const main = document.getElementById("main");
    if (!main || !main.dataset.live) return;
    if (!window.EventSource) return poll(main);
    source = new EventSource(main.dataset.live);
    source.addEventListener("revision", (event) => news(main, event.data));
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) {
        stop();
        poll(main);
      }
    });
  };
  follow();
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && follow());

  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "main" || event.target === document.body) follow();
  });
  // After a boosted step the heading is where a reader begins, as after a page that was loaded.
  document.body.addEventListener("htmx:pushedIntoHistory", () => {
    const main = document.getElementById("main");
    if (main) main.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  // A press that was taken is taken: the button waits for the answer.
  document.body.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button) setTimeout(() => { button.setAttribute("aria-disabled", "true"); }, 0);
  });
  // A menu closes when one looks elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
