// An open record: its live parts change without taking focus, open folds or typed text away;
// remedies and acts have keys (data-key), the same registry as everywhere.
import { register } from "./registry.js";

const poll = document.getElementById("record-poll");
const texts = document.getElementById("record-script").dataset;
let stale = false; // a part was left alone: the next look must bring everything again
let first = poll.dataset.tag;
const kept = new Map();

function press(key) {
  document.querySelector(`#record-top [data-key="${key}"]`)?.click();
}

function focusEntry() {
  document.querySelector("form[data-draft='incident-entry'] textarea")?.focus();
}

function typedInto(part) {
  const fields = part.querySelectorAll("input:not([type='hidden']), textarea");
  return [...fields].some((f) => f === document.activeElement || f.value !== f.defaultValue);
}

register(["a"], texts.textStep, () => press("a"));
register(["c"], texts.textClose, () => press("c"));
register(["h"], texts.textHand, () => press("h"));
register(["e"], texts.textEntry, focusEntry);
for (let digit = 1; digit <= 9; digit += 1) {
  register([String(digit)], `${texts.textAnswer} ${digit}`, () => press(String(digit)));
}

// The page itself was the first answer; after a part was left alone, no tag is sent.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== poll) return;
  const headers = event.detail.headers;
  if (stale) delete headers["If-None-Match"];
  else if (!headers["If-None-Match"]) headers["If-None-Match"] = first;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr?.responseURL?.endsWith(poll.getAttribute("hx-get"))) stale = false;
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  if (typedInto(part)) {
    stale = true;
    event.detail.shouldSwap = false;
    return;
  }
  const active = part.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...part.querySelectorAll("details[open][id]")].map((fold) => fold.id);
  kept.set(part.id, { active, open });
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const state = kept.get(event.detail.target.id);
  if (!state) return;
  kept.delete(event.detail.target.id);
  for (const id of state.open) document.getElementById(id)?.setAttribute("open", "");
  if (state.active) document.getElementById(state.active)?.focus({ preventScroll: true });
});
