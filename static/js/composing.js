// Keys that belong to an input method. Chromium marks them (isComposing, 229); some orders of
// events bring the Enter that ends a composition as a plain one right after "compositionend".
const AFTER_MS = 40;
let isOpen = false;
let endedAt = -Infinity;

document.addEventListener("compositionstart", () => { isOpen = true; }, true);
document.addEventListener("compositionend", (event) => {
  isOpen = false;
  endedAt = event.timeStamp;
}, true);
document.addEventListener("focusout", () => { isOpen = false; }, true);
document.addEventListener("keyup", () => { endedAt = -Infinity; }, true); // the next key is another one

/** Whether an input method is at work, or this very key has just ended its work. */
export function isComposing(event) {
  return isOpen || event.isComposing || event.keyCode === 229 || event.timeStamp - endedAt < AFTER_MS;
}
