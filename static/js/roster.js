// A month of a roster: arrow keys move the cell, Enter adds or moves, Delete strikes, and a shift is
// dragged to another person or day. Without this file the links of the cells do the same.
import { isComposing } from "./composing.js";
import { register } from "./registry.js";

const root = document.getElementById("roster-month");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
let dragged = null; // {move, check, from}
let over = null; // the cell under a dragged shift
let wanted = ""; // the cell that gets the focus once the answer to a drop is there

// --- the cell with the focus ---------------------------------------------------------------------
function rows() {
  return [...root.querySelectorAll(".month tbody tr")].map((row) => [...row.querySelectorAll("td[data-day]")]);
}

/** One cell is a stop of the tab key, and the links of no other cell are. */
function settle(current) {
  for (const cell of rows().flat()) {
    cell.tabIndex = cell === current ? 0 : -1;
    for (const link of cell.querySelectorAll("a")) link.tabIndex = cell === current ? 0 : -1;
  }
}

function focusCell(cell) {
  settle(cell);
  cell.focus({ preventScroll: true });
  // the sticky column must not hide it
  cell.scrollIntoView({ block: "nearest", inline: "center" });
}

function target(cell, key) {
  const lines = rows();
  const row = lines.findIndex((line) => line.includes(cell));
  const column = lines[row].indexOf(cell);
  if (key === "Home") return lines[row][0];
  if (key === "End") return lines[row].at(-1);
  const [down, right] = STEPS[key];
  return lines[row + down]?.[column + right];
}

function onKey(event) {
  if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
  const cell = event.target instanceof Element && event.target.closest("td[data-day]");
  if (!cell) return;
  const link = event.target.closest("a") || cell.querySelector("a");
  if (event.key in STEPS || event.key === "Home" || event.key === "End") {
    event.preventDefault();
    const next = target(cell, event.key);
    if (next) focusCell(next);
  } else if (event.key === "Enter" && link) {
    event.preventDefault();
    link.click();
  } else if (event.key === "Delete" && link?.dataset.strike) {
    event.preventDefault();
    window.location.assign(link.dataset.strike); // the page there asks first
  }
}

// --- dragging --------------------------------------------------------------------------------------
function place(cell) {
  return { person: cell.dataset.person, day: cell.dataset.day };
}

function leave() {
  over?.classList.remove("is-target", "is-refused");
  over = null;
}

function onDragStart(event) {
  const mark = event.target.closest?.("a[data-check]");
  if (!mark) return;
  dragged = { move: mark.href, check: mark.dataset.check, from: mark.closest("td") };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", mark.getAttribute("aria-label"));
}

function onDragOver(event) {
  const cell = dragged && event.target.closest?.("td[data-day]");
  if (!cell) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  if (cell === over) return;
  leave();
  over = cell;
  if (cell === dragged.from) return;
  cell.classList.add("is-target");
  // of its own source: of several questions only the last is asked, and a drop never waits for one
  const say = document.getElementById("roster-drag");
  window.htmx.ajax("GET", dragged.check, { source: say, target: say, values: place(cell) });
}

function onDrop(event) {
  const cell = dragged && event.target.closest?.("td[data-day]");
  if (!cell) return;
  event.preventDefault();
  const { move, from } = dragged;
  onDragEnd();
  if (cell === from) return;
  wanted = cell.id;
  window.htmx.ajax("POST", move, { source: root, target: root, values: place(cell) });
}

function onDragEnd() {
  leave();
  dragged = null;
  document.getElementById("roster-drag").replaceChildren();
}

/** The answer is in the page: it says whether a drop here would clash, or it is the month anew. */
function onSettled(event) {
  if (event.detail.target === root) {
    const cell = document.getElementById(wanted);
    wanted = "";
    if (cell) focusCell(cell);
    else if (!root.querySelector("td[tabindex='0']")) settle(rows()[0]?.[0]);
  } else if (over && event.detail.target.id === "roster-drag") {
    const clash = Boolean(document.querySelector("#roster-drag [data-clash]"));
    over.classList.toggle("is-refused", clash);
    over.classList.toggle("is-target", !clash);
  }
}

// --- what the address names ------------------------------------------------------------------------
/** Back from a form: the cell it was opened from, or its day in the list on a phone. */
function start() {
  const named = decodeURIComponent(window.location.hash.slice(1));
  const cell = named && document.getElementById(named);
  settle(cell || rows()[0]?.[0]);
  if (cell?.offsetParent) focusCell(cell);
  else if (cell) document.getElementById(`d${cell.dataset.day}`)?.scrollIntoView();
}

if (root && "editable" in root.dataset) {
  root.addEventListener("keydown", onKey);
  root.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (cell) settle(cell);
  });
  root.addEventListener("dragstart", onDragStart);
  root.addEventListener("dragover", onDragOver);
  root.addEventListener("drop", onDrop);
  root.addEventListener("dragend", onDragEnd);
  root.addEventListener("htmx:afterSettle", onSettled);
  register(["← ↑ ↓ →"], root.dataset.textArrows);
  register(["Enter"], root.dataset.textOpen);
  register(["Delete"], root.dataset.textStrike);
  start();
}
