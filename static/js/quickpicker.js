// The chips under the line and the list of alternatives that opens under them. Focus stays on the
// chip: digits choose, letters search by pinyin whatever input method is on, arrows mark, Enter
// takes what is marked; without a mark it files.
import { isComposing } from "./composing.js";

const phone = matchMedia("(max-width: 760px)");

export class Picker {
  /** `onEnter(next)` files, `onChosen(name)` hears of a decision, `onLeave()` goes back to the line. */
  constructor(form, slots, { onEnter, onChosen, onLeave }) {
    Object.assign(this, { slots, onEnter, onChosen, onLeave });
    this.box = form.querySelector("[data-quick-chips]");
    this.panel = form.querySelector("[data-quick-panel]");
    this.list = this.panel.querySelector("[role=listbox]");
    this.filter = this.panel.querySelector("input");
    this.question = this.panel.querySelector("[data-quick-question]");
    this.hint = this.panel.querySelector("[data-quick-hint]");
    this.chips = [...this.box.querySelectorAll("[data-slot]")];
    this.open = null;
    this.active = -1;
    this.listen();
  }

  listen() {
    for (const chip of this.chips) {
      chip.addEventListener("focus", () => this.show(chip.dataset.slot));
      chip.addEventListener("click", () => { chip.focus(); this.show(chip.dataset.slot); });
      chip.addEventListener("keydown", (event) => this.onChipKey(event, chip));
    }
    this.filter.addEventListener("input", () => this.refresh());
    this.filter.addEventListener("keydown", (event) => this.onFilterKey(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // focus stays
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(item.option);
    });
    this.panel.closest("form").addEventListener("focusout", ({ relatedTarget }) => {
      if (!relatedTarget || (!this.box.contains(relatedTarget) && !this.panel.contains(relatedTarget))) this.close();
    });
  }

  // --- chips ------------------------------------------------------------------------------------
  render() {
    for (const chip of this.chips) {
      const { state, text } = this.slots.shown(chip.dataset.slot);
      chip.dataset.state = state;
      chip.querySelector("[data-value]").textContent = text;
      for (const mark of chip.querySelectorAll("[data-mark]")) mark.hidden = mark.dataset.mark !== state;
    }
    if (this.open) this.refresh();
  }

  chip(name) {
    return this.chips.find((chip) => chip.dataset.slot === name);
  }

  /** Ask for what is missing, at its chip. */
  ask(name, question) {
    this.settle();
    this.chip(name).setAttribute("aria-invalid", "true");
    this.chip(name).focus();
    this.show(name);
    this.question.textContent = question;
    this.question.hidden = false;
  }

  /** Nothing is being asked any more. */
  settle() {
    for (const chip of this.chips) chip.removeAttribute("aria-invalid");
    this.question.hidden = true;
    this.question.textContent = "";
  }

  onChipKey(event, chip) {
    if (isComposing(event) || event.altKey || (event.metaKey && event.key !== "Enter")) return;
    const acts = {
      ArrowRight: () => this.beside(chip, 1),
      ArrowLeft: () => this.beside(chip, -1),
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: () => this.onTake(event),
      " ": () => this.accept(chip.dataset.slot),
      Escape: () => this.leave(),
      Backspace: () => this.back(chip.dataset.slot),
    };
    const act = acts[event.key] || this.typed(event, chip.dataset.slot);
    if (!act) return;
    event.preventDefault();
    if (!["Enter", "Escape", "ArrowLeft", "ArrowRight"].includes(event.key)) this.show(chip.dataset.slot);
    act();
  }

  /** A digit chooses; every other sign, and any on the time chip, goes into the filter. */
  typed(event, name) {
    if (event.ctrlKey || event.key.length !== 1) return null;
    const digit = name !== "reported_at" && /^\d$/.test(event.key) ? Number(event.key) : null;
    if (digit !== null) return () => this.choose(this.options().find((option) => option.digit === digit));
    return () => {
      this.filter.value += event.key.toLowerCase();
      this.refresh();
    };
  }

  beside(chip, step) {
    const next = this.chips[this.chips.indexOf(chip) + step];
    if (next) next.focus();
    else if (step < 0) this.onLeave();
  }

  accept(name) {
    if (this.active >= 0) return this.choose(this.options()[this.active]);
    const first = this.slots.options(name)[0];
    if (!this.slots.isDecided(name) && this.slots.shown(name).state === "suggested") this.choose(first);
    return undefined;
  }

  back(name) {
    if (this.filter.value) {
      this.filter.value = this.filter.value.slice(0, -1);
      this.refresh();
    } else {
      this.slots.undecide(name);
      this.onChosen(name, false);
    }
  }

  // --- panel ------------------------------------------------------------------------------------
  show(name) {
    if (this.open === name) return;
    this.close();
    this.open = name;
    const chip = this.chip(name);
    chip.setAttribute("aria-expanded", "true");
    this.list.setAttribute("aria-label", chip.getAttribute("aria-label"));
    this.hint.textContent = name === "reported_at" ? this.hint.dataset.time : this.hint.dataset.other;
    if (phone.matches) chip.after(this.panel); // under the finger; on a desk under all chips
    else this.box.after(this.panel);
    this.panel.hidden = false;
    this.refresh();
    this.panel.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (!this.open) return;
    const chip = this.chip(this.open);
    chip.setAttribute("aria-expanded", "false");
    chip.removeAttribute("aria-activedescendant");
    this.open = null;
    this.active = -1;
    this.filter.value = "";
    this.panel.hidden = true;
  }

  leave() {
    if (this.filter.value) {
      this.filter.value = "";
      this.refresh();
    } else {
      this.close();
      this.onLeave();
    }
  }

  options() {
    return [...this.list.children].map((item) => item.option).filter(Boolean);
  }

  refresh() {
    const filter = this.filter.value.trim().toLowerCase().replace(/['\s]/g, ""); // n'm while composing
    const chosen = this.slots.value(this.open).split(",");
    const items = this.slots.options(this.open, filter).map((option, index) => this.item(option, index, chosen));
    this.list.replaceChildren(...items);
    this.panel.querySelector("[data-quick-nothing]").hidden = items.length > 0;
    this.list.hidden = !items.length;
    this.mark(filter && items.length ? 0 : -1);
  }

  item(option, index, chosen) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${this.list.id}-${index}`;
    item.option = option;
    if (option.digit !== null) {
      const key = document.createElement("kbd");
      key.textContent = option.digit;
      item.append(key, " ");
    }
    const text = document.createElement("span");
    text.textContent = option.text;
    item.append(text);
    if (option.value && chosen.includes(option.value)) item.classList.add("is-chosen");
    return item;
  }

  move(step) {
    const count = this.list.children.length;
    if (count) this.mark(this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count);
  }

  mark(index) {
    this.active = index;
    const owners = [this.chip(this.open), this.filter];
    for (const owner of owners) owner.removeAttribute("aria-activedescendant");
    [...this.list.children].forEach((item, position) => {
      item.setAttribute("aria-selected", String(position === index));
      if (position !== index) return;
      for (const owner of owners) owner.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    });
  }

  onTake(event) {
    if (this.active >= 0) this.choose(this.options()[this.active]);
    else if (!this.filter.value) this.onEnter(event.ctrlKey || event.metaKey); // letters without a match file nothing
  }

  onFilterKey(event) {
    if (isComposing(event)) return;
    const acts = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: () => this.onTake(event),
      Escape: () => this.leave(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  choose(option) {
    if (!option) return;
    const name = this.open;
    this.slots.decide(name, option);
    this.filter.value = "";
    this.settle();
    const isMany = name === "handlers";
    if (!isMany) {
      this.chip(name).focus();
      this.close();
    }
    this.onChosen(name, true);
  }
}
