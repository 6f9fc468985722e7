// Shortcuts: what they are called and do. Other modules register theirs here.

/** @type {{keys: string[], label: string, run: null | ((event: KeyboardEvent) => void)}[]} */
const shortcuts = [];

/**
 * Register a shortcut. `keys` is one key, or two pressed one after the other (`["g", "v"]`).
 * An entry without `run` is only listed: another listener does it.
 */
export function register(keys, label, run = null) {
  const taken = shortcuts.find((known) => known.run && run && known.keys.join(" ") === keys.join(" "));
  if (taken) throw new Error(`shortcut ${keys.join(" ")} is taken by "${taken.label}"`);
  shortcuts.push({ keys, label, run });
}

/** Every shortcut, in the order of registration. */
export function all() {
  return [...shortcuts];
}

/** The shortcut of exactly these keys. */
export function find(keys) {
  return shortcuts.find((known) => known.run && known.keys.join(" ") === keys.join(" "));
}

/** Whether some shortcut of two keys begins with this one. */
export function begins(key) {
  return shortcuts.some((known) => known.keys.length === 2 && known.keys[0] === key);
}
