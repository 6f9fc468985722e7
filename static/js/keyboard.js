// Keyboard: dispatches the shortcuts of registry.js and shows them on a sheet ("?").
// Silent while an input method composes, in inputs, and when the reader switched it off.
import { isComposing } from "./composing.js";
import { all, begins, find, register } from "./registry.js";

const STORE = "policeroom.shortcuts";
const SEQUENCE_MS = 1500;
const sheet = document.getElementById("shortcuts");
const toggle = document.getElementById("shortcuts-on");
let pending = "";
let timer = 0;

function enabled() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // no storage: shortcuts stay on
  }
}

function remember(on) {
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // no storage: the switch holds for this page only
  }
}

function isTyping(target) {
  return target instanceof Element
    && Boolean(target.closest("input, select, textarea, [contenteditable=''], [contenteditable='true']"));
}

function forget() {
  pending = "";
  clearTimeout(timer);
}

function onKey(event) {
  if (isComposing(event) || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (!enabled()) return;
  const keys = pending ? [pending, event.key] : [event.key];
  forget();
  const shortcut = find(keys) || find([event.key]);
  if (shortcut) {
    event.preventDefault();
    shortcut.run(event);
  } else if (begins(event.key)) {
    pending = event.key;
    timer = setTimeout(forget, SEQUENCE_MS);
  }
}

function visibleSearch() {
  const input = document.getElementById("search");
  return input && input.offsetParent ? input : document.querySelector("main input[type='search']");
}

function focusSearch() {
  const input = visibleSearch();
  if (input) {
    input.focus();
    input.select();
  }
}

function registerMenu() {
  for (const link of document.querySelectorAll("#menu a[data-key]")) {
    const label = link.querySelector("span").textContent;
    register(["g", link.dataset.key], label, () => link.click());
  }
}

// --- rows of a list -----------------------------------------------------------------------------
function rowLinks(table) {
  return [...table.querySelectorAll("tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
}

function onRowKey(event) {
  if (isComposing(event) || !enabled() || event.ctrlKey || event.altKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target instanceof Element && event.target.closest("table[data-rows] tbody tr");
  if (!step || !row || isTyping(event.target)) return;
  const links = rowLinks(row.closest("table"));
  const here = links.indexOf(row.querySelector("a"));
  const next = links[here + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

// --- the sheet ----------------------------------------------------------------------------------
function keyElements(keys) {
  return keys.flatMap((key, index) => {
    const element = document.createElement("kbd");
    element.textContent = key;
    return index ? [` ${sheet.dataset.textThen} `, element] : [element];
  });
}

function openSheet() {
  if (!sheet || !sheet.showModal) return;
  const rows = all().map(({ keys, label }) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.append(...keyElements(keys));
    text.textContent = label;
    row.append(term, text);
    return row;
  });
  sheet.querySelector("dl").replaceChildren(...rows);
  toggle.checked = enabled();
  sheet.showModal();
}

if (sheet) {
  register(["?"], sheet.dataset.textHelp, openSheet);
  register(["/"], sheet.dataset.textSearch, focusSearch);
  registerMenu();
  register(["↑ ↓"], sheet.dataset.textRows);
  register(["Enter"], sheet.dataset.textOpen);
  toggle.addEventListener("change", () => remember(toggle.checked));
  document.querySelector("[data-close-shortcuts]").addEventListener("click", () => sheet.close());
  for (const button of document.querySelectorAll("[data-open-shortcuts]")) {
    button.addEventListener("click", openSheet);
  }
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onRowKey);
}
