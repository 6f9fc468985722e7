// The quick line: words in, chips while typing, Enter files. One form in the dialog of every page
// (key n), the same form on the capture page.
import { isComposing } from "./composing.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";
import { Picker } from "./quickpicker.js";
import { Slots } from "./quickslots.js";
import { register } from "./registry.js";
import { newUuid } from "./store.js";

const PAUSE_MS = 150;
const LONGEST = 500; // as much as the matcher reads
const TOAST_MS = 15000;

class QuickLine {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.text = form.elements.text;
    this.error = form.querySelector("[data-quick-error]");
    this.status = form.querySelector("[data-quick-status]");
    this.dialog = form.closest("dialog");
    this.read = null; // the text that the suggestions on the screen belong to
    form.querySelector("[data-quick-plain]")?.remove();
    this.slots = new Slots(form);
    this.picker = new Picker(form, this.slots, {
      onEnter: (next) => this.file(next),
      onChosen: (name, isChoice) => this.onChosen(isChoice),
      onLeave: () => this.text.focus(),
    });
    form.elements.client_uuid.value ||= newUuid();
    this.listen();
    this.picker.render();
    form.querySelector("[data-quick-chips]").hidden = false;
    form.dataset.ready = "";
  }

  listen() {
    const { form, text } = this;
    text.addEventListener("input", (event) => { if (!event.isComposing) this.touch(); });
    text.addEventListener("compositionend", () => this.touch());
    text.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("change", (event) => this.onChange(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.file(event.submitter?.name === "next");
    });
  }

  /** First use: the words of the room, and the draft that may be waiting. */
  begin() {
    if (this.begun) return;
    this.begun = true;
    this.form.dataset.draft = this.words.draftForm;
    drafts.attach(this.form);
    this.load();
  }

  onKey(event) {
    if (isComposing(event)) {
      if (event.key === "Enter" && !event.isComposing) event.preventDefault(); // it ended a composition
      return;
    }
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.file(event.ctrlKey || event.metaKey);
    } else if (event.key === "ArrowDown" && this.text.selectionEnd === this.text.value.length) {
      event.preventDefault();
      this.picker.chips[0].focus();
    }
  }

  onChange(event) {
    if (event.target.name === "station") {
      this.slots.clear();
      this.read = null;
      this.load();
      this.touch();
    } else if (event.target.type === "hidden") this.picker.render(); // a draft came back
  }

  onChosen(isChoice) {
    this.picker.render();
    if (isChoice && this.asked) this.file(this.asked.next);
    else this.asked = null;
  }

  // --- words of the room and suggestions --------------------------------------------------------
  async load() {
    const station = this.station();
    const [room, vocabulary] = await Promise.all([
      json(`${this.words.roomUrl}?${new URLSearchParams({ station })}`),
      json(`${this.words.vocabularyUrl}?${new URLSearchParams({ station })}`),
    ]);
    if (!room || !vocabulary || station !== this.station()) return;
    Object.assign(this.slots.words, vocabulary, { kinds: room.kinds, usual: room.usual });
    this.offerRooms(room);
    this.picker.render();
  }

  station() {
    return this.form.elements.station.value;
  }

  offerRooms({ station, rooms }) {
    const field = this.form.querySelector("[data-quick-rooms]");
    if (!field || rooms.length < 2 || !field.hidden) return;
    const select = field.querySelector("select");
    select.replaceChildren(...rooms.map(({ id, name }) => new Option(name, id, false, id === station)));
    select.disabled = false;
    field.hidden = false;
  }

  touch() {
    this.complain("");
    this.status.replaceChildren();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const text = this.text.value.trim();
    if (text === this.read) return;
    this.pending?.abort();
    this.pending = new AbortController();
    const query = new URLSearchParams({ q: text.slice(0, LONGEST), station: this.station() });
    const found = text ? await json(`${this.words.suggestUrl}?${query}`, this.pending.signal) : {};
    if (!found || text !== this.text.value.trim()) return; // newer words, or no line: the server will know
    this.read = text;
    this.slots.suggest(found);
    this.picker.render();
  }

  // --- filing -----------------------------------------------------------------------------------
  async file(next = false) {
    if (this.isBusy) return void (this.hurried = { next, text: this.text.value });
    const text = this.text.value.trim();
    if (!text) return void this.complain(this.words.empty);
    const missing = text === this.read ? this.slots.missing() : []; // else the server says
    if (missing.length) return void this.question(missing, next);
    this.busy(true);
    const body = new FormData(this.form);
    body.set("captured_at", new Date().toISOString());
    try {
      const { status, data } = await outbox.post(this.form.action, body);
      if (status === "refused") this.refused(data, next);
      else await this.done(status, data, next, text);
    } finally {
      this.busy(false);
    }
    await this.fileHurried(text);
  }

  /** Enter was pressed on the next call while this one was under way. */
  async fileHurried(sent) {
    const { hurried } = this;
    this.hurried = null;
    const rest = hurried ? nextOf(hurried.text, sent) : "";
    if (rest && rest === this.text.value) await this.file(hurried.next);
  }

  busy(on) {
    this.isBusy = on;
    this.form.setAttribute("aria-busy", String(on));
  }

  question([name], next) {
    this.asked = { next };
    this.picker.ask(name, this.words[`ask${name[0].toUpperCase()}${name.slice(1)}`]);
  }

  refused(data, next) {
    if (data.missing?.length) return this.question(data.missing, next);
    if (data.conflict) this.form.elements.client_uuid.value = newUuid();
    this.complain(data.reason || this.words.failed);
    this.text.focus();
    return undefined;
  }

  async done(status, data, next, sent) {
    this.asked = null;
    this.picker.settle();
    this.text.value = nextOf(this.text.value, sent);
    this.read = null;
    this.slots.clear();
    this.picker.render();
    const before = this.form.elements.client_uuid.value;
    await drafts.confirmed(this.form);
    if (this.form.elements.client_uuid.value === before) this.form.elements.client_uuid.value = newUuid();
    if (this.text.value) this.text.dispatchEvent(new Event("input", { bubbles: true }));
    const said = status === "queued" ? this.words.queued
      : this.words.filed.replace("{number}", data.number).replace("{text}", data.text);
    if (this.dialog && !next && !this.text.value) {
      this.close();
      toast.show(said, data.url);
      announce(said);
    } else {
      this.status.replaceChildren(...sentence(said, data.url, this.words.open));
      this.text.focus();
    }
  }

  /** Focus goes back to where it was; to the page, where that was nowhere. */
  close() {
    this.dialog.close();
    if (this.dialog.contains(document.activeElement)) document.activeElement.blur();
  }

  complain(message) {
    this.error.querySelector("span").textContent = message;
    this.error.hidden = !message;
    if (message) this.text.setAttribute("aria-invalid", "true");
    else this.text.removeAttribute("aria-invalid");
  }
}

/** What was typed since Enter is the next call's. */
function nextOf(value, sent) {
  const text = value.trimStart();
  return text.startsWith(sent) ? text.slice(sent.length).trimStart() : text;
}

/** A JSON answer, or null: no line, signed out, or overtaken by newer words. */
async function json(url, signal) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" }, signal });
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    return answer.ok && isJson ? await answer.json() : null;
  } catch {
    return null;
  }
}

function sentence(text, url, label) {
  if (!url) return [text];
  const link = document.createElement("a");
  link.href = url;
  link.textContent = label;
  return [`${text} `, link];
}

function announce(text) {
  const region = document.getElementById("live-region");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}

const toast = {
  box: document.getElementById("quick-toast"),
  show(text, url) {
    const { box } = this;
    box.querySelector("p").replaceChildren(...sentence(text, url, box.dataset.textOpen));
    box.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fade(), TOAST_MS);
  },
  fade() {
    if (this.box.matches(":hover, :focus-within")) this.timer = setTimeout(() => this.fade(), TOAST_MS);
    else this.box.hidden = true;
  },
  link() {
    return this.box.hidden ? null : this.box.querySelector("a");
  },
};

// --- where it opens -----------------------------------------------------------------------------
const forms = [...document.querySelectorAll("form[data-quick]")].map((form) => new QuickLine(form));
const [line] = forms;

function open() {
  const { dialog, text } = line;
  if (dialog && !dialog.open) dialog.showModal();
  line.begin();
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

if (line) {
  const { words } = line;
  register(["n"], words.keyNew, open);
  register(["o"], words.keyOpen, () => toast.link()?.click());
  register(["Enter"], words.keyFile);
  register(["Ctrl+Enter"], words.keyNext);
  register(["Tab"], words.keyChips);
  toast.box?.querySelector("button").addEventListener("click", () => { toast.box.hidden = true; });
  line.dialog?.querySelector("[data-quick-close]").addEventListener("click", () => line.close());
  line.dialog?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || isComposing(event)) return;
    event.preventDefault();
    line.close();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-open-quick]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  if (!line.dialog) open();
}
