// Forms: no double submit, no lost typing, a sign of life after 300 ms.
const PATIENCE_MS = 300;
const RELEASE_MS = 10000; // a download leaves the page open: the form must work again
const sent = new WeakSet();
const dirty = new Set();
let line = null;
let patience = 0;

function isGuarded(form) {
  return form.method === "post" && !form.hasAttribute("data-no-guard") && Boolean(form.closest("main"));
}

function showWorking() {
  if (line) return;
  line = document.createElement("div");
  line.className = "working";
  document.body.append(line);
}

function hideWorking() {
  clearTimeout(patience);
  line?.remove();
  line = null;
}

function wait() {
  clearTimeout(patience);
  patience = setTimeout(showWorking, PATIENCE_MS);
}

function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button:not([type='button'])")) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function release(form) {
  sent.delete(form);
  setBusy(form, false);
  hideWorking();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || event.submitter?.name === "export") return; // a download: the page stays
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  dirty.delete(form);
  sent.add(form);
  setBusy(form, true);
  wait();
  setTimeout(() => release(form), RELEASE_MS);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && isGuarded(form)) dirty.add(form);
});

document.addEventListener("reset", (event) => dirty.delete(event.target));

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (!dirty.size) return;
  event.preventDefault();
  event.returnValue = ""; // Chromium before 119 asks only when this is set
});

// Back from the next page: nothing is under way any more.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) release(form);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.closest("[data-live]")) wait();
});
for (const name of ["htmx:afterRequest", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    hideWorking();
    if (event.target instanceof HTMLFormElement) release(event.target);
  });
}

// A refused form: the reader starts at the summary.
document.getElementById("error-summary")?.focus();
