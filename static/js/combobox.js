// Searchable list over a plain <select data-search> with more than eight options.
// Finds by text and by the pinyin in data-pinyin ("njdx nanjingdaxue"). Without script: the select.
const LIMIT = 8;
const SHOWN = 50;
let made = 0;

function normal(text) {
  return text.toLowerCase().replace(/\s+/g, "");
}

function matches(option, query) {
  if (!query) return true;
  const pinyin = (option.dataset.pinyin || "").split(" ");
  return normal(option.text).includes(query) || pinyin.some((word) => word.startsWith(query));
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.number = ++made;
    this.active = -1;
    this.build();
    this.listen();
  }

  build() {
    const { select } = this;
    this.box = document.createElement("div");
    this.box.className = "combobox";
    this.input = document.createElement("input");
    this.list = document.createElement("div");
    this.list.className = "combobox__list";
    this.list.id = `combobox-list-${this.number}`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.dress();
    select.before(this.box);
    this.box.append(this.input, this.list, select);
    select.hidden = true;
    this.showChoice();
  }

  /** The input takes over the id of the select: labels and error links lead to it. */
  dress() {
    const { select, input } = this;
    input.type = "text";
    input.autocomplete = "off";
    input.id = select.id;
    input.disabled = select.disabled;
    select.id = `${select.id}-native`;
    const attributes = {
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-autocomplete": "list",
    };
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      if (select.hasAttribute(name)) attributes[name] = select.getAttribute(name);
    }
    if (select.required) {
      attributes["aria-required"] = "true";
      select.required = false; // a hidden select could not show the browser's message
    }
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    if (label) this.list.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => this.open(""));
    input.addEventListener("input", (event) => {
      if (!event.isComposing) this.open(normal(input.value));
    });
    input.addEventListener("compositionend", () => this.open(normal(input.value)));
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role='option']");
      if (item) this.choose(item.option);
    });
    this.select.addEventListener("change", () => this.showChoice());
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.showChoice()));
  }

  onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const open = !this.list.hidden;
    const acts = {
      ArrowDown: () => (open ? this.move(1) : this.open("")),
      ArrowUp: () => (open ? this.move(-1) : this.open("")),
      Enter: () => open && this.choose(this.items()[this.active]?.option),
      Escape: () => open && this.close(),
    };
    const act = acts[event.key];
    if (!act || (!open && (event.key === "Enter" || event.key === "Escape"))) return;
    event.preventDefault();
    act();
  }

  items() {
    return [...this.list.querySelectorAll("[role='option']")];
  }

  open(query) {
    const found = [...this.select.options].filter((option) => matches(option, query)).slice(0, SHOWN);
    const items = found.map((option, index) => {
      const item = document.createElement("div");
      item.setAttribute("role", "option");
      item.id = `${this.list.id}-${index}`;
      item.textContent = option.text;
      item.option = option;
      return item;
    });
    this.list.replaceChildren(...items);
    const chosen = found.indexOf(this.select.selectedOptions[0]);
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(Boolean(items.length)));
    this.mark(query || chosen < 0 ? 0 : chosen);
  }

  move(step) {
    const count = this.items().length;
    if (count) this.mark((this.active + step + count) % count);
  }

  mark(index) {
    this.active = index;
    this.items().forEach((item, position) => {
      item.setAttribute("aria-selected", String(position === index));
      if (position === index) {
        this.input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      }
    });
  }

  choose(option) {
    if (option) {
      this.select.value = option.value;
      this.select.dispatchEvent(new Event("input", { bubbles: true }));
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.showChoice();
  }

  showChoice() {
    const option = this.select.selectedOptions[0];
    this.input.value = option && option.value ? option.text : "";
    this.input.placeholder = option && !option.value ? option.text : "";
  }
}

export function enhance(root) {
  for (const select of root.querySelectorAll("select[data-search]:not([multiple])")) {
    if (select.options.length > LIMIT && !select.closest(".combobox")) new Combobox(select);
  }
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
