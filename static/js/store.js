// What this device keeps: drafts under a key of this browser, sealed records, who is signed in.
// The drafts' key cannot be read by a script; it and the drafts go at sign-out (docs/adr/0006).
const NAME = "policeroom";
const STORES = { keys: "id", drafts: "key", outbox: "uuid", facts: "name" };
let opening = null;

const shell = document.getElementById("outbox");

/** Who reads this page, "" for nobody. The page kept for a lost line learns it from the device. */
export let reader = shell?.dataset.user || "";

/** Whether this page can encrypt at all: not over plain HTTP, except on this machine. */
export function canSeal() {
  return Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.indexedDB);
}

export function newUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function open() {
  opening ||= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        request.result.createObjectStore(name, { keyPath });
      }
    };
    request.onsuccess = () => {
      request.result.onclose = () => { opening = null; }; // the browser cleared its data
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => { opening = null; });
  return opening;
}

/** One transaction on one store; resolves when it is on the disk. */
async function within(store, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const get = (store, key) => within(store, "readonly", (rows) => rows.get(key));
export const all = (store) => within(store, "readonly", (rows) => rows.getAll());
export const put = (store, row) => within(store, "readwrite", (rows) => rows.put(row));
/** Unless a later revision of the row is there: two saves may overtake each other. */
export const putNewer = (store, row) => within(store, "readwrite", (rows) => {
  const known = rows.get(row.key);
  known.onsuccess = () => { if (!(known.result?.revision > row.revision)) rows.put(row); };
});
export const remove = (store, key) => within(store, "readwrite", (rows) => rows.delete(key));
const clear = (store) => within(store, "readwrite", (rows) => rows.clear());

/** Forget everything readable. Sealed records stay: only the server opens them. */
export async function wipe() {
  if (!canSeal()) return;
  for (const store of ["keys", "drafts", "facts"]) await clear(store);
}

/** The drafts' key of the reader; made once, never to be exported. */
async function draftKey(user) {
  const known = await get("keys", "drafts");
  if (known?.user === user) return known.key;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  let kept = { id: "drafts", user, key };
  await within("keys", "readwrite", (rows) => {
    const request = rows.get("drafts"); // another tab may have been faster
    request.onsuccess = () => {
      if (request.result?.user === user) kept = request.result;
      else rows.put(kept);
    };
  });
  return kept.key;
}

/** Encrypt a payload for this device. The draft's UUID and owner are bound to it. */
export async function lock(user, uuid, payload) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(payload));
  const data = await crypto.subtle.encrypt(bound(user, uuid, iv), await draftKey(user), text);
  return { iv, data };
}

/** The payload, or null where the key is gone. */
export async function unlock(user, uuid, { iv, data }) {
  try {
    const text = await crypto.subtle.decrypt(bound(user, uuid, iv), await draftKey(user), data);
    return JSON.parse(new TextDecoder().decode(text));
  } catch (error) {
    if (error.name === "OperationError") return null;
    throw error;
  }
}

function bound(user, uuid, iv) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${user}/${uuid}`) };
}

async function lastReader() {
  if (shell?.hasAttribute("data-offline") && canSeal()) reader = (await get("facts", "reader"))?.user || "";
}

/** `reader` is known. */
export const ready = lastReader().catch(() => {});

let settled = null;

/** Somebody else signed in on this device: what the one before left readable goes first. */
export function settle() {
  settled ||= (async () => {
    if (!reader || !canSeal()) return;
    const known = await get("facts", "reader");
    if (known?.user === reader) return;
    await wipe();
    await put("facts", { name: "reader", user: reader });
    navigator.storage?.persist?.();
  })();
  return settled;
}

/** Whether the device still belongs to the reader of this page. */
export async function isOurs() {
  return (await get("facts", "reader"))?.user === reader;
}
