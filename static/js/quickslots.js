// What a line says and what a person decided, slot by slot. Decisions stand in hidden inputs, so
// that the form sends them and the draft keeps them; a suggestion never touches them.
import { minutesAgo, readMoment, shortStamp, stamp } from "./moments.js";

export const NONE = "none"; // left unknown on purpose
const NAMES = ["place", "category", "kind", "disposition", "reported_at", "handlers"];
const REQUIRED = ["category", "place"];
/** Numbered options; more of them are only for eyes and fingers. */
const DIGITS = 9;
const SHOWN = 40;
const AGO = [5, 15, 30, 60, 120];
const NOTHING = { place: [], category: [], kind: [], disposition: [], handlers: [], time: { at: null, text: "" } };
const SHORTHAND = /^(t|-\d{1,3}|\d{4})$/;

export class Slots {
  constructor(form) {
    this.texts = form.dataset;
    this.words = { places: [], categories: [], dispositions: [], people: [], kinds: [], usual: [] };
    this.found = NOTHING;
    this.inputs = {};
    for (const name of [...NAMES, "place_text"]) this.inputs[name] = hiddenInput(form, name);
  }

  // --- decisions ------------------------------------------------------------------------------
  value(name) {
    return this.inputs[name].value;
  }

  isDecided(name) {
    return Boolean(this.value(name) || (name === "place" && this.value("place_text")));
  }

  decide(name, option) {
    if (name === "handlers") this.#put(name, toggled(this.#people(), option.value));
    else this.#put(name, option.value);
    if (name === "place") this.#put("place_text", option.value ? "" : option.text);
  }

  /** Ids of the people who stand there now, decided or not. */
  #people() {
    const ids = this.value("handlers") || this.#offers("handlers").map((option) => option.value).join(",");
    return ids.split(",").filter((id) => id && id !== NONE);
  }

  undecide(name) {
    this.#put(name, "");
    if (name === "place") this.#put("place_text", "");
  }

  clear() {
    for (const name of NAMES) this.undecide(name);
    this.found = NOTHING;
  }

  #put(name, value) {
    const input = this.inputs[name];
    if (input.value === value) return;
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true })); // the draft notices
  }

  // --- suggestions ----------------------------------------------------------------------------
  suggest(found) {
    this.found = { ...NOTHING, ...found };
  }

  missing() {
    return REQUIRED.filter((name) => !this.isDecided(name) && !this.#offers(name).length);
  }

  /** What the chip shows: {state: "chosen" | "suggested" | "empty", text}. */
  shown(name) {
    const value = this.value(name);
    if (name === "place" && this.value("place_text")) return { state: "chosen", text: this.value("place_text") };
    if (value === NONE) return { state: "chosen", text: this.texts[`none${capital(name)}`] };
    if (value) return { state: "chosen", text: this.#named(name, value) };
    const [first] = this.#offers(name);
    if (!first) return { state: "empty", text: "–" };
    return { state: "suggested", text: name === "handlers" ? this.#everyone() : first.text };
  }

  #named(name, value) {
    if (name === "reported_at") return shortStamp(new Date(`${value.replace(" ", "T")}:00+08:00`));
    const known = new Map(this.#all(name).map((option) => [option.value, option.text]));
    return value.split(",").map((one) => known.get(one) || one).join("、");
  }

  #everyone() {
    return this.#offers("handlers").map((option) => option.text).join("、");
  }

  /** What the words say of a slot, best first; for time and people also what goes without saying. */
  #offers(name) {
    const { found } = this;
    const offers = {
      place: () => found.place.map((p) => ({ value: p.id ? String(p.id) : "", text: p.text, why: p.why })),
      category: () => found.category.map((c) => ({ value: String(c.id), text: c.name, why: c.why })),
      kind: () => this.#kinds(),
      disposition: () => found.disposition.map(coded),
      reported_at: () => [this.#time()],
      handlers: () => (found.handlers.length ? found.handlers.map(person) : [this.#me()]),
    };
    return offers[name]();
  }

  /** A chosen category brings its usual kind, as on the server. */
  #kinds() {
    const chosen = this.words.categories.find((c) => String(c.id) === this.value("category"));
    const usual = chosen && this.words.kinds.find((kind) => kind.code === chosen.kind);
    return (usual ? [usual] : this.found.kind).map(coded);
  }

  #time() {
    const { at, text } = this.found.time;
    if (at && SHORTHAND.test(text)) return { value: stamp(new Date(at)), text: shortStamp(new Date(at)), why: text };
    const happened = at ? ` · ${this.texts.happened} ${shortStamp(new Date(at))}` : "";
    return { value: stamp(new Date()), text: `${this.texts.now}${happened}` };
  }

  #me() {
    return { value: this.texts.me, text: this.texts.meName };
  }

  // --- options of the picker --------------------------------------------------------------------
  #all(name) {
    const { words } = this;
    const lists = {
      place: () => words.places.map(listed),
      category: () => words.categories.map(listed),
      kind: () => words.kinds.map(coded),
      disposition: () => words.dispositions.map(coded),
      reported_at: () => [0, ...AGO].map((minutes) => this.#ago(minutes)),
      handlers: () => words.people.map(person),
    };
    return lists[name]();
  }

  #ago(minutes) {
    const at = minutesAgo(minutes);
    const text = minutes ? this.texts.minutes.replace("{count}", minutes) : this.texts.now;
    return { value: stamp(at), text: `${text} · ${shortStamp(at)}` };
  }

  /** Options under a filter (name or pinyin), suggestions and usual ones first, numbered to nine. */
  options(name, filter = "") {
    const none = this.texts[`none${capital(name)}`];
    const found = this.#matching(name, filter).map((option, index) => ({ ...option, digit: this.#digit(name, index) }));
    if (none && !filter) found.splice(DIGITS, 0, { value: NONE, text: none, digit: 0 });
    return found;
  }

  #digit(name, index) {
    return name !== "reported_at" && index < DIGITS ? index + 1 : null;
  }

  #matching(name, filter) {
    if (name === "reported_at" && filter) {
      const at = readMoment(filter);
      return at ? [{ value: stamp(at), text: shortStamp(at), why: filter }] : [];
    }
    if (filter) {
      const found = this.#all(name).filter((option) => matches(option, filter));
      const own = name === "place" && !found.some((option) => option.text === filter);
      return own && !/^[a-z0-9]+$/.test(filter) ? [...found, { value: "", text: filter }] : found.slice(0, SHOWN);
    }
    const usual = name === "category" ? this.#usual() : [];
    const first = name === "reported_at" ? [] : this.#offers(name);
    return unique([...first, ...usual, ...this.#all(name)]).slice(0, SHOWN);
  }

  #usual() {
    const known = new Map(this.words.categories.map((category) => [category.id, category]));
    return this.words.usual.map((id) => known.get(id)).filter(Boolean).map(listed);
  }
}

const capital = (name) => name[0].toUpperCase() + name.slice(1).replace("_at", "");
const coded = ({ code, name, why, pinyin }) => ({ value: code, text: name, why, pinyin });
const person = ({ id, name, pinyin }) => ({ value: String(id), text: name, pinyin });
const listed = ({ id, name, pinyin, aliases }) => ({ value: String(id), text: name, pinyin, aliases });

function unique(options) {
  const seen = new Set();
  return options.filter(({ value, text }) => {
    const key = value || text;
    return !seen.has(key) && seen.add(key);
  });
}

function matches({ text, pinyin = "", aliases = [] }, filter) {
  const named = [text, ...aliases].some((name) => name.toLowerCase().includes(filter));
  const keys = pinyin.split(" ").map((key) => key.replace(/[^a-z0-9]/g, "")); // 户籍、居住证: hj、jzz
  return named || keys.some((key) => key.startsWith(filter) || (filter.length > 1 && key.includes(filter)));
}

function toggled(ids, one) {
  if (one === NONE) return NONE;
  return (ids.includes(one) ? ids.filter((id) => id !== one) : [...ids, one]).join(",") || NONE;
}

function hiddenInput(form, name) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value: "" });
  form.append(input);
  return input;
}
