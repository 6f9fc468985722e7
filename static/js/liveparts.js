// Live parts: what the server sent is merged part by part, so that what did not change stays put.
// An element with `data-parts` holds parts with ids; only parts that differ are replaced.
const FRESH_MS = 6_000;

/** The same for the reader; a part that carries a version is judged by it alone. */
function isSame(old, fresh) {
  if (old.dataset.version !== undefined) return old.dataset.version === fresh.dataset.version;
  return old.isEqualNode(fresh);
}

/** Bring the parts of `here` to those of `sent`; collects what was put in. */
function merge(here, sent, changed) {
  const wanted = [...sent.children].map((fresh) => {
    const old = fresh.id && [...here.children].find((child) => child.id === fresh.id);
    if (!old) return noted(document.importNode(fresh, true), changed);
    if (isSame(old, fresh)) return old;
    if ("parts" in old.dataset && "parts" in fresh.dataset) {
      merge(old, fresh, changed);
      return old;
    }
    return noted(document.importNode(fresh, true), changed);
  });
  const keep = new Set(wanted);
  for (const child of [...here.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (here.children[index] !== child) here.insertBefore(child, here.children[index] || null);
  });
}

function noted(part, changed) {
  changed.push(part);
  return part;
}

/** Where the keyboard is: the nearest part with an id, and which of its controls. */
function place(root) {
  const active = document.activeElement;
  if (!active || active === document.body || !root.contains(active)) return null;
  const part = active.closest("[id]");
  return { id: part.id, index: controls(part).indexOf(active) };
}

function controls(part) {
  return part.matches("a, button, input, summary") ? [part] : [...part.querySelectorAll("a, button, input, summary")];
}

function backTo(root, before) {
  if (!before || root.contains(document.activeElement)) return;
  const part = document.getElementById(before.id);
  (part && controls(part)[before.index])?.focus({ preventScroll: true });
}

for (const root of document.querySelectorAll("[data-live-parts]")) {
  root.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== root || event.detail.xhr.status !== 200) return;
    const text = `<div>${event.detail.xhr.responseText}</div>`;
    const sent = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
    const before = place(root);
    const changed = [];
    merge(root, sent, changed);
    for (const part of changed) {
      window.htmx.process(part);
      if (part.matches("li, tr")) mark(part);
    }
    backTo(root, before);
    // the instant alone is not worth an announcement
    root.toggleAttribute("data-quiet", changed.every((part) => part.matches("[data-instant]")));
  });
}

/** Shows for a moment what is new; no attribute changes, so the next comparison finds it the same. */
function mark(part) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  part.animate([{ backgroundColor: "#fff0b3" }, { backgroundColor: "transparent" }], FRESH_MS);
}
