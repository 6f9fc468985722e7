// The board: what changed is merged card by card, so that focus and typed text stay where they are.
import { register } from "./registry.js";

const AGES_MS = 20_000;
const board = document.getElementById("board");
const refusal = document.getElementById("board-refusal");

// --- merging -----------------------------------------------------------------------------------
function cardsOf(root) {
  return new Map([...root.querySelectorAll(".board-card")].map((card) => [card.id, card]));
}

function isSame(old, fresh) {
  return old.dataset.version === fresh.dataset.version
    && old.closest("section").id === fresh.closest("section").id
    && clocksOf(old) === clocksOf(fresh);
}

function clocksOf(card) {
  return [...card.querySelectorAll(".board-card__clock")].map((line) => line.textContent).join("|");
}

/** Bring the columns to what the server sent; cards that did not change are not touched. */
function merge(html) {
  const sent = new DOMParser().parseFromString(`<div>${html}</div>`, "text/html").body.firstElementChild;
  const before = cardsOf(board);
  const focused = document.activeElement?.closest?.(".board-card")?.id;
  const onButton = document.activeElement?.matches?.("[data-board-next]");
  const arrived = [];
  for (const column of sent.querySelectorAll(".board__column")) {
    const here = document.getElementById(column.id);
    const wanted = [...column.querySelectorAll(".board__cards > li")].map((item) => {
      const old = before.get(item.id);
      if (old && isSame(old, item)) return old;
      if (item.id && !old) arrived.push(item);
      return document.importNode(item, true);
    });
    place(here.querySelector(".board__cards"), wanted);
    renew(here, column, ".board__head");
    renew(here, column, ".board__more");
    for (const count of document.querySelectorAll(`[data-board-count="${column.dataset.state}"]`)) {
      count.textContent = column.querySelector(".count").textContent;
    }
  }
  window.htmx.process(board);
  keepFocus(focused, onButton);
  tellAbout(arrived);
}

/** Put the items into the list in this order, moving as few as possible. */
function place(list, wanted) {
  const keep = new Set(wanted);
  for (const item of [...list.children]) if (!keep.has(item)) item.remove();
  wanted.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] || null);
  });
}

function renew(here, sent, selector) {
  const old = here.querySelector(selector);
  const fresh = sent.querySelector(selector);
  if (old && fresh && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.importNode(fresh, true));
  else if (old && !fresh) old.remove();
  else if (!old && fresh) here.append(document.importNode(fresh, true));
}

function keepFocus(id, onButton) {
  const card = id && document.getElementById(id);
  if (!card || card.contains(document.activeElement)) return;
  const target = (onButton && card.querySelector("[data-board-next]")) || card.querySelector("[data-board-card]");
  target?.focus({ preventScroll: true });
}

function tellAbout(items) {
  for (const item of items) {
    document.getElementById(item.id)?.classList.add("board-card--new");
  }
  // live.js says it when the answer has settled
  board.dataset.live = items
    .filter((item) => item.closest("section").dataset.state !== "closed")
    .map((item) => board.dataset.textNew.replace("{number}", item.dataset.number)).join(" ");
}

// --- ages --------------------------------------------------------------------------------------
function ageText(from) {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(from).getTime()) / 60_000));
  const units = minutes < 60 ? [minutes, "minute"] : minutes < 1440
    ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: units[1], unitDisplay: "short",
  }).format(units[0]);
}

function renewAges() {
  for (const time of board.querySelectorAll("time[data-age]")) {
    const text = ageText(time.getAttribute("datetime"));
    if (time.textContent !== text) time.textContent = text;
  }
}

// --- keyboard ----------------------------------------------------------------------------------
function links(column) {
  return [...column.querySelectorAll("[data-board-card]")];
}

function shownColumns() {
  return [...board.querySelectorAll(".board__column")].filter((column) => column.offsetParent);
}

function onArrow(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const card = event.target instanceof Element && event.target.closest(".board-card");
  if (!card) return;
  const column = card.closest(".board__column");
  const here = links(column);
  const index = here.indexOf(card.querySelector("[data-board-card]"));
  let target = null;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    target = here[index + (event.key === "ArrowDown" ? 1 : -1)];
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    target = beside(column, index, event.key === "ArrowRight" ? 1 : -1);
  }
  if (target) {
    event.preventDefault();
    target.focus();
  }
}

/** The card at the same height in the next column that has one. */
function beside(column, index, step) {
  const columns = shownColumns();
  for (let at = columns.indexOf(column) + step; at >= 0 && at < columns.length; at += step) {
    const there = links(columns[at]);
    if (there.length) return there[Math.min(index, there.length - 1)];
  }
  return null;
}

function moveOn() {
  const card = document.activeElement?.closest?.(".board-card");
  if (card) card.querySelector("[data-board-next]")?.click();
  else shownColumns().flatMap(links)[0]?.focus();
}

// --- phone -------------------------------------------------------------------------------------
function show(state) {
  board.dataset.column = state;
  for (const tab of document.querySelectorAll("[data-board-tab]")) {
    if (tab.dataset.boardTab === state) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

function onTab(event) {
  const tab = event.target.closest?.("[data-board-tab]");
  if (!tab) return;
  event.preventDefault();
  show(tab.dataset.boardTab);
}

function refuse({ text, url }) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = refusal.dataset.textOpen;
  refusal.replaceChildren(`${text} `, link);
  refusal.hidden = false;
}

if (board) {
  board.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== board || event.detail.xhr.status !== 200) return;
    merge(event.detail.xhr.responseText);
    renewAges();
  });
  document.body.addEventListener("board-refused", (event) => refuse(event.detail));
  document.body.addEventListener("board-changed", () => { refusal.hidden = true; });
  document.addEventListener("keydown", onArrow);
  document.addEventListener("click", onTab);
  register(["m"], board.dataset.textNext, moveOn);
  register(["← ↑ ↓ →"], board.dataset.textArrows);
  show(shownColumns().find((column) => links(column).length)?.dataset.state || "new");
  renewAges();
  setInterval(renewAges, AGES_MS);
}
