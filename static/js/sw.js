// The service worker: keeps the page for calls while the line is lost. SHELL and VERSION are put in
// front of this text by the view. Nothing with data is ever kept: pages come from the server, and
// without it there is one page, the empty one.
/* global SHELL, VERSION */
const CACHE = `policeroom-${VERSION}`;
const [PAGE] = SHELL;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => {
  const fresh = SHELL.map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("policeroom-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function kept(url) {
  const cache = await caches.open(CACHE);
  return cache.match(url);
}

/** A page: always the server's; without a line, the empty one. */
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const empty = await kept(PAGE);
    if (!empty) throw error;
    return empty;
  }
}

/** A file of the shell: a hashed name never changes; any other is asked for first. */
async function file(request) {
  const path = new URL(request.url).pathname;
  if (HASHED.test(path)) return (await kept(path)) || fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const found = await kept(path);
    if (!found) throw error;
    return found;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});

// The line is back: wake the pages, they send what waits.
async function wake() {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage("flush");
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(wake());
});
