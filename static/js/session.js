// Requests that outlive a session: a fresh token, and the answer "sign in again" instead of a page.
import { reader } from "./store.js";

const shell = document.getElementById("outbox");
const PATIENCE_MS = 10000;
let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

function timed(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

async function request(url, options) {
  const answer = await fetch(url, {
    credentials: "same-origin", redirect: "manual", cache: "no-store", signal: timed(PATIENCE_MS), ...options,
  });
  document.dispatchEvent(new Event("line:back"));
  return answer;
}

/** What stands in the answer; {} where it is no JSON. */
export async function json(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return {};
  return answer.json().catch(() => ({}));
}

/** Who is signed in now ("" for nobody), with a fresh token for the reader; null without a line. */
export async function whoIsHere() {
  try {
    const answer = await request(shell.dataset.session, {});
    if (!answer.ok) return null;
    const found = await answer.json();
    if (found.user === reader) token = found.token; // another's token must not carry our texts
    return found.user;
  } catch {
    document.dispatchEvent(new Event("line:lost"));
    return null;
  }
}

export function currentToken() {
  return token;
}

export async function read(url) {
  return request(url, { headers: { Accept: "application/json" } });
}

function send(url, body) {
  const isForm = body instanceof URLSearchParams;
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  if (!isForm) headers["Content-Type"] = "application/json";
  return request(url, { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
}

const isOver = (answer) => answer.type === "opaqueredirect" || answer.status === 401;

/**
 * Send a body (URLSearchParams, or an object as JSON) as the reader of this page.
 * Gives {kind, status, data}; kind is "ok", "refused", "over" (nobody, or somebody else, is signed
 * in) or "lost" (no line, or a server in trouble). A stale token is replaced and the body sent again.
 */
export async function write(url, body) {
  try {
    let answer = await send(url, body);
    if (answer.status === 403 || isOver(answer)) {
      const here = await whoIsHere();
      if (here === null) return { kind: "lost", status: 0, data: {} };
      if (here !== reader) return { kind: "over", status: answer.status, data: {} };
      answer = await send(url, body);
    }
    if (isOver(answer)) return { kind: "over", status: answer.status, data: {} };
    const data = await json(answer);
    const kind = answer.ok ? "ok" : answer.status >= 500 || answer.status === 429 ? "lost" : "refused";
    return { kind, status: answer.status, data };
  } catch {
    document.dispatchEvent(new Event("line:lost"));
    return { kind: "lost", status: 0, data: {} };
  }
}
