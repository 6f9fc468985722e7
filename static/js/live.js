// Live parts: tell what changed, ask only for what is new, say when the line is lost.
const region = document.getElementById("live-region");
const lost = document.getElementById("line-lost");
const tags = new WeakMap();
let lastAnswer = new Date();

function announce(text) {
  if (!region || !text) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50); // an unchanged text is not read again
}

function stamp(instant) {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short",
  });
  return parts.format(instant); // 2026-09-17 15:42
}

function isLive(event) {
  return event.target instanceof Element && Boolean(event.target.closest("[data-live]"));
}

function showLost() {
  if (!lost) return;
  lost.textContent = lost.dataset.text.replace("{instant}", stamp(lastAnswer));
  lost.hidden = false;
}

// A poll carries the tag of the last answer; the server says 304 when nothing changed.
document.addEventListener("htmx:configRequest", (event) => {
  const tag = isLive(event) && tags.get(event.target);
  if (tag) event.detail.headers["If-None-Match"] = tag;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, successful } = event.detail;
  if (!xhr || !xhr.status) return;
  if (successful || xhr.status === 304) {
    lastAnswer = new Date();
    if (lost) lost.hidden = true;
  }
  const tag = xhr.getResponseHeader("ETag");
  if (isLive(event) && tag) tags.set(event.target, tag);
});

for (const name of ["htmx:sendError", "htmx:timeout", "line:lost"]) {
  document.addEventListener(name, showLost);
}
// The page of a lost line stands as of when it was made; one that polls, as of its last answer.
window.addEventListener("offline", showLost);
for (const target of [window, document]) {
  for (const name of ["online", "line:back"]) {
    target.addEventListener(name, () => { if (lost) lost.hidden = true; });
  }
}
document.addEventListener("htmx:responseError", (event) => {
  if (isLive(event) && event.detail.xhr.status >= 500) showLost();
});

// "Load more": go on reading at the first new row.
let rowsBefore = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "table-rows") rowsBefore = event.detail.target.rows.length;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target;
  if (target?.id === "table-rows" && target.rows.length > rowsBefore) {
    const added = target.rows.length - rowsBefore;
    target.rows[rowsBefore].querySelector("a")?.focus({ preventScroll: true });
    rowsBefore = target.rows.length;
    announce(region.dataset.textMore.replace("{count}", added));
  } else if (isLive(event)) {
    const part = event.target.closest("[data-live]");
    if (!part.hasAttribute("data-quiet")) announce(part.dataset.live || region.dataset.textUpdated);
  }
});
