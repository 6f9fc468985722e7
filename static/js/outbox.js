// Records on their way: sealed and on the disk before anybody is told "kept", sent exactly once.
// What waits can be opened by the server only; the list below names time and kind, nothing else.
import * as store from "./store.js";
import * as session from "./session.js";
import * as drafts from "./drafts.js";
import { serialise } from "./fields.js";

const BEAT_MS = 15000;
const BUSY_MS = 2000;
const shell = document.getElementById("outbox");
const words = shell?.dataset || {};
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("policeroom-outbox") : null;
const refused = new Map(); // uuid -> reason, until the next page: a cause may have gone by itself
let waiting = [];
let flushing = null;
let key = null;

// --- sealing ------------------------------------------------------------------------------------
const encode = (text) => new TextEncoder().encode(text);

function base64(buffer) {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The server's public key: fetched while the line is there, remembered for when it is not. */
async function publicKey() {
  if (key) return key;
  let known = null;
  try {
    const answer = await session.read(words.key);
    if (answer.ok) known = await answer.json();
  } catch {
    // no line: the one of last time
  }
  if (known) await store.put("facts", { name: "key", ...known });
  else known = await store.get("facts", "key");
  if (!known) return null;
  const spki = Uint8Array.from(atob(known.spki), (letter) => letter.charCodeAt(0));
  const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };
  key = { id: known.key_id, rsa: await crypto.subtle.importKey("spki", spki, algorithm, false, ["wrapKey"]) };
  return key;
}

async function seal(uuid, user, record) {
  const { id, rsa } = await publicKey();
  const aes = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = encode(`policeroom/1/${uuid}/${user}/${id}`);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, aes, encode(JSON.stringify(record)));
  const wrapped = await crypto.subtle.wrapKey("raw", aes, rsa, { name: "RSA-OAEP" });
  return {
    version: 1, uuid, user, key_id: id, wrapped_key: base64(wrapped), nonce: base64(iv), sealed: base64(sealed),
  };
}

// --- sending ------------------------------------------------------------------------------------
function fieldsOf(body) {
  if (body instanceof HTMLFormElement) return { ...serialise(body), client_uuid: [body.elements.client_uuid.value] };
  const entries = body instanceof FormData || body instanceof URLSearchParams ? [...body] : Object.entries(body);
  const fields = {};
  for (const [name, value] of entries) {
    if (name !== "csrfmiddlewaretoken") (fields[name] ||= []).push(...[value].flat().map(String));
  }
  return fields;
}

function encoded(fields) {
  const body = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value);
  return body;
}

/** Keep a record on the disk, sealed; false where this browser cannot. */
async function keep(uuid, fields) {
  if (!store.canSeal()) return false;
  await store.settle();
  const user = store.reader;
  if (!user || !(await publicKey())) return false;
  const at = fields.captured_at[0];
  const envelope = await seal(uuid, user, { body: fields, captured_at: at });
  await store.put("outbox", { uuid, user, at, envelope });
  return true;
}

/**
 * File a record: a form, FormData or object with `client_uuid`. Nothing is lost whatever happens.
 * Gives {status: "saved" | "queued" | "refused", data}. "refused": it is not kept here, the form
 * still holds it; data.reason says why.
 */
export async function post(url, body) {
  const fields = fieldsOf(body);
  fields.client_uuid ||= [store.newUuid()];
  fields.captured_at = [fields.captured_at?.[0] || new Date().toISOString()];
  const [uuid] = fields.client_uuid;
  const isKept = await keep(uuid, fields).catch(() => false);
  const answer = store.reader ? await session.write(url, encoded(fields)) : { kind: "lost", data: {} };
  if (answer.kind === "ok" || answer.kind === "refused") {
    if (isKept) await store.remove("outbox", uuid);
    changed();
    return { status: answer.kind === "ok" ? "saved" : "refused", data: answer.data };
  }
  if (!isKept) return { status: "refused", data: { reason: words.notKept } };
  changed();
  wakeLater();
  return { status: "queued", data: { over: answer.kind === "over" } };
}

async function sendOne(row) {
  const body = { envelope: row.envelope, sent_at: new Date().toISOString() };
  const { kind, data } = await session.write(words.sealed, body);
  if (kind === "ok") {
    await store.remove("outbox", row.uuid);
    await store.remove("drafts", row.uuid);
    announce(data.status === "quarantined" ? words.quarantined : words.sent);
  } else if (kind === "refused") refused.set(row.uuid, data.reason || words.unknown);
  return kind;
}

/** Send what waits and is the reader's own; one tab at a time. */
export function flush() {
  flushing ||= (navigator.locks ? navigator.locks.request("outbox", { ifAvailable: true }, run) : run({}))
    .catch(() => {}) // storage refused: the next beat tries again, and nothing was removed
    .finally(() => { flushing = null; });
  return flushing;
}

async function run(lock) {
  if (!lock) return void setTimeout(beat, BUSY_MS); // another tab is at it, or just went away
  await store.settle();
  await load();
  const own = waiting.filter((row) => row.user === store.reader && !refused.has(row.uuid));
  shell.dataset.line = "";
  for (const row of own) {
    const kind = await sendOne(row);
    shell.dataset.line = kind;
    if (kind === "over" || kind === "lost") break;
  }
  if (own.length) changed();
}

// --- the list -----------------------------------------------------------------------------------
async function load() {
  waiting = (await store.all("outbox")).sort((one, other) => one.at.localeCompare(other.at));
}

function changed() {
  channel?.postMessage("changed");
  return show();
}

async function show() {
  if (!shell || !store.canSeal()) return;
  await load();
  shell.hidden = !waiting.length;
  shell.querySelector("[data-text-count]").textContent = words.count.replace("{count}", waiting.length);
  shell.querySelector("[data-sign-in]").hidden = words.line !== "over";
  const template = shell.querySelector("template");
  const rows = waiting.map((row) => line(row, template.content.firstElementChild.cloneNode(true)));
  shell.querySelector("ul").replaceChildren(...rows);
}

function line(row, element) {
  const isForeign = Boolean(store.reader) && row.user !== store.reader;
  const reason = refused.get(row.uuid);
  element.dataset.uuid = row.uuid;
  element.querySelector("time").textContent = stamp(row.at);
  element.querySelector("[data-state]").textContent = reason || (isForeign ? words.foreign : words.waits);
  const acts = { send: !isForeign && store.reader, hand: isForeign, correct: reason && store.reader, discard: reason || isForeign };
  for (const [act, isThere] of Object.entries(acts)) {
    const button = element.querySelector(`[data-act="${act}"]`);
    button.hidden = !isThere;
    button.addEventListener("click", () => ACTS[act](row));
  }
  return element;
}

const ACTS = {
  async send(row) {
    refused.delete(row.uuid);
    await flush();
    await show();
  },
  /** Somebody else's: the station lead decides whether it is one. */
  async hand(row) {
    await sendOne(row);
    await changed();
  },
  /** The server opens it as a draft of its author; only then it leaves the list. */
  async correct(row) {
    const { kind, data } = await session.write(words.correct, { envelope: row.envelope });
    if (kind !== "ok") return;
    await store.remove("outbox", row.uuid);
    await changed();
    location.assign(data.page);
  },
  async discard(row) {
    if (!(await ask(words.askDiscard.replace("{instant}", stamp(row.at)), words.discard))) return;
    refused.delete(row.uuid);
    await store.remove("outbox", row.uuid);
    await changed();
  },
};

function stamp(instant) {
  const parts = { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat("sv-SE", parts).format(new Date(instant));
}

function announce(text) {
  const region = document.getElementById("live-region");
  if (region) region.textContent = text;
}

/** A question in the page; Escape means no. */
function ask(question, label) {
  const dialog = document.getElementById("outbox-question");
  dialog.querySelector("p").textContent = question;
  dialog.querySelector("[value=yes]").textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// --- signing out --------------------------------------------------------------------------------
/** Nothing readable stays; what waits stays sealed, and is told. */
async function leave(form) {
  await load();
  const question = words.askLeave.replace("{count}", waiting.length);
  if (waiting.length && !(await ask(question, words.leave))) return;
  for (const input of form.querySelectorAll("[name=keep_sealed]")) input.remove();
  if (waiting.length) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "keep_sealed", value: "1" });
    form.append(input);
  }
  await store.wipe();
  await session.whoIsHere();
  if (session.currentToken()) form.elements.csrfmiddlewaretoken.value = session.currentToken();
  form.submit();
}

document.addEventListener("submit", (event) => {
  if (!store.canSeal() || !event.target.matches("form[data-sign-out]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave(event.target).catch(() => event.target.submit()); // the answer clears the storage anyway
}, true);

// --- forms that need nothing but this -------------------------------------------------------------
async function file(form) {
  const state = form.querySelector("[data-outbox-state]");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const { status, data } = await post(form.action, form);
  button.disabled = false;
  state.textContent = status === "refused" ? data.reason || data.message || words.unknown : words[status];
  state.dataset.status = status;
  if (status === "refused") return;
  form.reset();
  await drafts.confirmed(form);
  if (!form.elements.client_uuid.value) form.elements.client_uuid.value = store.newUuid();
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-outbox='plain']")) return;
  event.preventDefault();
  file(event.target);
});

// --- when ---------------------------------------------------------------------------------------
async function wakeLater() {
  const registration = await navigator.serviceWorker?.ready;
  await registration?.sync?.register("outbox").catch(() => {}); // an extra; the beat below suffices
}

async function beat() {
  if (waiting.some((row) => row.user === store.reader && !refused.has(row.uuid))) await flush();
}

async function begin() {
  await store.ready;
  await store.settle();
  await show();
  channel?.addEventListener("message", show);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "flush" && flush());
  if (!store.reader) return;
  publicKey().catch(() => {});
  setInterval(beat, BEAT_MS);
  window.addEventListener("online", beat);
  await beat();
}

if (shell && store.canSeal()) {
  begin().catch(() => {}); // no storage (an old browser's private mode): records are sent at once or refused
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
}
