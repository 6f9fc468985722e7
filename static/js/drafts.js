// Nothing typed is lost: a copy on this device within half a second, one on the server within
// three, until the server confirmed the record. For every <form data-draft="code">.
import * as store from "./store.js";
import * as session from "./session.js";
import { fill, serialise, texts, untouched } from "./fields.js";

const DEVICE_MS = 500;
const SERVER_MS = 3000;
const TAKE_MS = 3000;
/** Messages that a successful save makes untrue. */
const PASSING = new Set(["device", "over", "back", "refused", "trouble", "discarded", "gone"]);
const words = document.getElementById("draft-texts")?.dataset || {};
const shell = document.getElementById("outbox")?.dataset || {};
const keepers = new WeakMap();
const active = new Set();
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("policeroom-drafts") : null;

/** Keep what is typed into this form, and bring back what was. */
export function attach(form) {
  if (!store.reader || keepers.has(form)) return keepers.get(form)?.ready;
  const keeper = new Keeper(form);
  keepers.set(form, keeper);
  active.add(keeper);
  return keeper.ready;
}

/** The server has the record of this form: forget its draft, begin a new one. */
export function confirmed(form) {
  return keepers.get(form)?.finish();
}

/** Whether the form holds text that is not yet a record; other scripts may ask. */
export function isPending(form) {
  return Boolean(keepers.get(form)?.revision);
}

/** A lock of the browser for one draft; null where another tab holds it. */
async function claim(key, options) {
  if (!navigator.locks) return { free: () => {}, lost: new Promise(() => {}) };
  return new Promise((resolve) => {
    let free;
    const held = new Promise((done) => { free = done; });
    const lost = navigator.locks.request(`draft:${key}`, options, (lock) => {
      if (!lock) return resolve(null);
      resolve({ free, get lost() { return lost; } });
      return held;
    });
    lost.catch(() => resolve(null)); // waited too long; or taken away later, which `lost` tells
  });
}

class Keeper {
  constructor(form) {
    this.form = form;
    this.code = form.dataset.draft;
    this.page = form.dataset.draftPage || location.pathname;
    this.id = form.elements.client_uuid;
    if (!this.id.value) this.id.value = store.newUuid();
    this.pristine = untouched(form);
    this.last = this.pristine;
    this.savedAt = 0;
    this.note = document.createElement("div");
    this.note.className = "draft-note";
    this.message = document.createElement("p");
    this.message.setAttribute("role", "status");
    this.state = document.createElement("small"); // changes every few seconds: not read aloud
    this.note.append(this.message, this.state);
    form.prepend(this.note);
    form.autocomplete = "off"; // the browser's own memory would keep the text in its profile
    form.setAttribute("data-no-guard", ""); // leaving loses nothing: no need to ask
    this.forget();
    this.listen();
    this.touch();
    this.ready = this.restore().catch((error) => this.trouble(error));
  }

  get key() { return this.id.value; }

  /** The state of a draft that has not begun. */
  forget() {
    this.revision = 0;
    this.onDevice = 0;
    this.onServer = 0;
    this.sent = null;
    this.passive = false;
    clearTimeout(this.deviceTimer);
    clearTimeout(this.serverTimer);
    this.deviceTimer = this.serverTimer = 0;
  }

  listen() {
    const { form } = this;
    for (const name of ["input", "change", "compositionend"]) {
      form.addEventListener(name, () => this.touch());
    }
    form.addEventListener("submit", (event) => this.onSubmit(event), true);
    form.addEventListener("reset", () => setTimeout(() => this.touch()));
    const leave = () => { if (document.visibilityState === "hidden") this.leave(); };
    document.addEventListener("visibilitychange", leave);
    window.addEventListener("pagehide", () => this.leave());
  }

  // --- saving ---------------------------------------------------------------------------------
  touch() {
    if (this.filling || this.passive) return;
    const now = serialise(this.form);
    const before = this.last || (this.revision ? null : this.pristine);
    if (texts(now) === texts(before)) return;
    this.last = now;
    if (!this.revision) this.begin();
    this.revision += 1;
    if (!this.deviceTimer) {
      const wait = Math.max(0, this.savedAt + DEVICE_MS - Date.now());
      this.deviceTimer = setTimeout(() => this.saveOnDevice().catch((error) => this.trouble(error)), wait);
    }
    if (!this.serverTimer) this.serverTimer = setTimeout(() => this.saveOnServer(), SERVER_MS);
  }

  /** The first letter of a new draft: from now on it is this tab's. */
  begin() {
    if (!this.lock) this.own(this.key, { ifAvailable: true });
  }

  async own(key, options) {
    const lock = await claim(key, options);
    if (lock) this.hold(lock);
    return Boolean(lock);
  }

  hold(lock) {
    this.lock = lock;
    lock.lost.catch?.(() => { if (this.lock === lock) this.yield(); });
  }

  async saveOnDevice() {
    clearTimeout(this.deviceTimer);
    this.deviceTimer = 0;
    const { key, revision, last } = this;
    if (!store.canSeal() || this.onDevice >= revision || !(await store.isOurs())) return;
    this.savedAt = Date.now();
    const sealed = await store.lock(store.reader, key, last);
    if (this.key !== key) return; // it was filed, or became another, meanwhile
    const row = { key, user: store.reader, form: this.code, page: this.page, revision, at: Date.now(), sent: Boolean(this.sent) };
    await store.putNewer("drafts", { ...row, ...sealed });
    if (this.key !== key) return void store.remove("drafts", key);
    this.onDevice = Math.max(this.onDevice, revision);
    this.form.dataset.draftOnDevice = revision;
  }

  body(revision) {
    const body = { key: this.key, form: this.code, page: this.page, revision, payload: texts(this.last) };
    return new URLSearchParams({ ...body, csrfmiddlewaretoken: session.currentToken() });
  }

  async saveOnServer() {
    clearTimeout(this.serverTimer);
    this.serverTimer = 0;
    if (this.saving || this.passive || this.onServer >= this.revision) return;
    this.saving = true;
    const { key, revision } = this;
    const { kind, status, data } = await session.write(shell.draftSave, this.body(revision));
    this.saving = false;
    if (this.key !== key) return;
    if (kind === "ok") this.onServer = Math.max(this.onServer, revision);
    this.tell(kind, status, data);
    if (kind === "refused" && status !== 400) return;
    const again = kind === "ok" ? SERVER_MS : 4 * SERVER_MS;
    if (this.onServer < this.revision && !this.serverTimer) {
      this.serverTimer = setTimeout(() => this.saveOnServer(), again);
    }
  }

  tell(kind, status, data) {
    if (kind === "ok") this.say("saved");
    else if (kind === "over") this.askToSignIn();
    else if (kind === "lost") this.say("device");
    else if (status === 409 && data.revision > this.onServer) this.fork();
    else if (status === 410) this.closedElsewhere();
    else this.say("refused", { reason: data.reason || status });
  }

  /** The page goes away: what is not yet kept is handed over without waiting for an answer. */
  leave() {
    if (this.passive) return;
    this.saveOnDevice().catch(() => {});
    if (this.onServer < this.revision) navigator.sendBeacon(shell.draftSave, this.body(this.revision));
  }

  /** The same draft was changed elsewhere: both texts stay, this one under a key of its own. */
  fork(word = "forked") {
    const { key } = this;
    this.lock?.free();
    this.lock = null;
    this.forget();
    this.id.value = store.newUuid();
    this.revision = 1;
    this.begin();
    this.saveOnDevice().then(() => store.remove("drafts", key), (error) => this.trouble(error));
    this.serverTimer = setTimeout(() => this.saveOnServer());
    this.say(word, { url: shell.draftList });
  }

  /** The record exists. What was typed after it was sent is a text of its own. */
  closedElsewhere() {
    if (this.sent && this.sent !== texts(this.last)) this.fork("closed");
    else if (this.sent) this.finish();
    else this.fork("closed");
  }

  /** The server confirmed: nothing of this draft is needed any more. */
  async finish() {
    const { key } = this;
    this.lock?.free();
    this.lock = null;
    this.forget();
    this.id.value = store.newUuid();
    this.last = null; // whatever is typed next begins a new draft
    this.quiet();
    if (store.canSeal()) await store.remove("drafts", key);
  }

  // --- bringing back --------------------------------------------------------------------------
  async restore() {
    await store.settle();
    const found = await this.candidates();
    const same = found.find((draft) => draft.key === this.key);
    if (same) return this.adopt(same); // a refused form came back: what it shows is the text
    const wanted = new URLSearchParams(location.search).get("draft");
    const mine = found.filter((draft) => (wanted ? draft.key === wanted : draft.page === this.page));
    if (!mine.length || this.revision) return; // somebody was typing already: that stays
    const [draft] = mine;
    const lock = await claim(draft.key, { ifAvailable: true });
    if (this.revision) return lock?.free(); // the first letter came meanwhile: it stays as well
    if (!lock) return this.offer(draft.key);
    this.hold(lock);
    this.show(draft, found.length - 1);
  }

  async adopt(draft) {
    this.revision = this.onDevice = this.onServer = draft.revision;
    await this.own(this.key, { ifAvailable: true });
    this.last = null;
    this.touch();
  }

  /** Open drafts of this form, newest first; of each the later of the device's and the server's. */
  async candidates() {
    const rows = store.canSeal() ? await store.all("drafts") : [];
    const local = rows.filter((row) => row.user === store.reader && row.form === this.code);
    const remote = await openOnServer(this.code, local.map((row) => row.key));
    const drafts = new Map();
    for (const { saved_at: at, ...row } of remote.drafts) {
      drafts.set(row.key, { ...row, at: Date.parse(at), server: row.revision, device: 0 });
    }
    for (const row of local) {
      if (remote.closed.includes(row.key)) await store.remove("drafts", row.key);
      else await this.merge(drafts, row);
    }
    const pristine = texts(this.pristine);
    const queued = store.canSeal() ? (await store.all("outbox")).map((row) => row.uuid) : [];
    const full = [...drafts.values()].filter(
      (draft) => texts(draft.payload) !== pristine && !queued.includes(draft.key), // on its way already
    );
    return full.sort((one, other) => other.at - one.at);
  }

  async merge(drafts, row) {
    const known = drafts.get(row.key);
    if (known) known.device = row.revision;
    if (known && known.revision >= row.revision) return;
    const payload = await store.unlock(store.reader, row.key, row);
    if (payload) drafts.set(row.key, { ...row, payload, device: row.revision, server: known?.server || 0 });
  }

  show(draft, others) {
    this.forget();
    this.id.value = draft.key;
    this.revision = draft.revision;
    this.onDevice = draft.device;
    this.onServer = draft.server;
    this.put(draft.payload);
    if (this.onDevice < this.revision) this.saveOnDevice().catch((error) => this.trouble(error));
    if (this.onServer < this.revision) this.serverTimer = setTimeout(() => this.saveOnServer());
    this.form.dataset.draftRestored = draft.revision;
    const buttons = [[words.discard, () => this.discard()]];
    this.say("restored", { instant: stamp(draft.at) }, buttons, others ? [words.others.replace("{count}", others), shell.draftList] : null);
  }

  put(payload) {
    this.filling = true;
    fill(this.form, payload);
    this.filling = false;
    this.last = serialise(this.form);
  }

  discard() {
    const { key, last } = this;
    session.write(shell.draftDiscard, new URLSearchParams({ key }));
    this.put(this.pristine);
    this.finish();
    this.say("discarded", {}, [[words.undo, () => {
      this.quiet();
      this.put(last);
      this.last = null;
      this.touch();
    }]]);
  }

  // --- two tabs -------------------------------------------------------------------------------
  offer(key) {
    this.say("elsewhere", {}, [[words.take, () => this.take(key).catch((error) => this.trouble(error))]]);
  }

  async take(key) {
    this.enable(false); // what is typed while this waits would belong to neither text
    const { draft, others } = await this.fetchFrom(key).finally(() => this.enable(true));
    if (draft) return this.show(draft, others);
    if (key === this.key) { // it was filed or discarded there
      this.put(this.pristine);
      await this.finish();
    }
    this.say("gone");
  }

  /** The draft that another tab holds, with its lock; what stands here stays a draft of its own. */
  async fetchFrom(key) {
    if (this.revision) await this.saveOnDevice();
    this.saveOnServer();
    channel?.postMessage({ take: key });
    this.lock?.free();
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(), TAKE_MS);
    const got = (await this.own(key, { signal: waiting.signal })) || (await this.own(key, { steal: true }));
    const found = await this.candidates();
    return { draft: got && found.find((row) => row.key === key), others: found.length - 1 };
  }

  /** Another tab goes on with this draft: keep the last letter, then leave it alone. */
  async hand(key) {
    if (key !== this.key || this.passive) return;
    try {
      await this.saveOnDevice();
    } finally {
      this.lock?.free();
      this.yield();
    }
  }

  yield() {
    const { key } = this;
    this.lock = null;
    this.passive = true;
    clearTimeout(this.serverTimer);
    this.serverTimer = 0;
    this.enable(false);
    this.say("taken", {}, [[words.take, () => this.take(key).catch((error) => this.trouble(error))]]);
  }

  enable(on) {
    if (on) this.passive = false;
    for (const element of this.form.elements) {
      if (!this.note.contains(element) && element !== this.id) element.disabled = !on;
    }
  }

  // --- sending --------------------------------------------------------------------------------
  /** A plain form: kept on the device and with a valid session first, then sent. */
  onSubmit(event) {
    const { form } = this;
    if (form.hasAttribute("data-outbox") || this.passed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.checking) this.check(event.submitter).catch((error) => this.trouble(error));
  }

  async check(submitter) {
    this.checking = true;
    this.touch();
    this.sent = texts(this.last);
    this.onDevice = 0; // write it once more: this time marked as sent
    try {
      await this.saveOnDevice();
      const here = await session.whoIsHere();
      if (here === null) return this.say("device");
      if (here !== store.reader) return this.askToSignIn();
    } finally {
      this.checking = false;
    }
    const token = this.form.elements.csrfmiddlewaretoken;
    if (token) token.value = session.currentToken();
    this.passed = true;
    if (submitter) this.form.requestSubmit(submitter);
    else this.form.requestSubmit();
    this.passed = false;
  }

  askToSignIn() {
    this.say("over", {}, [], [words.signIn, shell.login]);
    if (this.waiting) return;
    this.waiting = true;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      if ((await session.whoIsHere()) !== store.reader) return;
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
      this.waiting = false;
      this.say("back");
      this.saveOnServer();
    };
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
  }

  // --- words ----------------------------------------------------------------------------------
  say(word, values = {}, buttons = [], link = null) {
    if (!words[word]) return;
    const { url, ...named } = values;
    let text = words[word].replace("{instant}", named.instant || stamp(Date.now()));
    text = text.replace("{reason}", named.reason || "");
    if (word === "saved") {
      this.state.textContent = text;
      if (PASSING.has(this.note.dataset.state)) this.message.replaceChildren();
      return;
    }
    const parts = [document.createTextNode(text)];
    for (const [label, act] of buttons) parts.push(" ", button(label, act));
    if (link || url) parts.push(" ", anchor(...(link || [words.list, url])));
    this.note.dataset.state = word;
    this.state.textContent = "";
    this.message.replaceChildren(...parts);
  }

  quiet() {
    this.message.replaceChildren();
    this.state.textContent = "";
  }

  trouble(error) {
    this.say("trouble", { reason: error?.message || String(error) });
  }
}

function button(label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button--small";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}

function anchor(label, url) {
  const element = document.createElement("a");
  element.href = url;
  element.target = "_blank";
  element.textContent = label;
  return element;
}

function stamp(instant) {
  const parts = { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat("sv-SE", parts).format(instant);
}

/** The reader's drafts on the server, and which of these keys are done with. */
async function openOnServer(code, keys) {
  const nothing = { drafts: [], closed: [] };
  const known = keys.slice(0, 50).join(",");
  try {
    const answer = await session.read(`${shell.draftOpen}?${new URLSearchParams({ form: code, known })}`);
    return answer.ok ? await answer.json() : nothing;
  } catch {
    return nothing;
  }
}

/** Drafts whose form was sent: the device forgets those that became a record. */
async function sweep() {
  await store.settle();
  const rows = await store.all("drafts");
  const sent = rows.filter((row) => row.user === store.reader && row.sent).map((row) => row.key);
  if (!sent.length) return;
  for (const key of (await openOnServer("", sent)).closed) await store.remove("drafts", key);
}

channel?.addEventListener("message", ({ data }) => {
  for (const keeper of active) keeper.hand(data.take);
});

function attachAll(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) attach(form);
}

store.ready.then(() => {
  if (!store.reader) return;
  attachAll(document);
  document.addEventListener("htmx:load", (event) => attachAll(event.target));
  if (store.canSeal()) sweep().catch(() => {}); // an old browser's private mode has no storage
});
