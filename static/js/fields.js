// What a form holds, as {name: [values]}; without secrets, files, buttons and the record's own key.
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "client_uuid"]);
const NO_TEXT = new Set(["password", "file", "submit", "button", "image", "reset"]);

function kept(form) {
  return [...form.elements].filter(
    (element) => element.name && !NOT_KEPT.has(element.name) && !NO_TEXT.has(element.type)
      && !element.hasAttribute("data-no-draft"),
  );
}

function valuesOf(element) {
  if (element.type === "checkbox" || element.type === "radio") return element.checked ? [element.value] : [];
  if (element.type === "select-multiple") return [...element.selectedOptions].map((option) => option.value);
  return [element.value];
}

export function serialise(form, read = valuesOf) {
  const found = {};
  for (const element of kept(form)) {
    (found[element.name] ||= []).push(...read(element));
  }
  return found;
}

/** The form before anybody typed: over a slow line people are faster than this script. */
export function untouched(form) {
  return serialise(form, (element) => (element.type === "textarea" ? [element.defaultValue] : valuesOf(element)));
}

/** One spelling of a payload: equal texts compare equal, whatever the order of the fields. */
export function texts(payload) {
  return JSON.stringify(payload, payload && Object.keys(payload).sort());
}

/** Put a payload back and let the page's scripts notice. */
export function fill(form, payload) {
  const left = Object.fromEntries(Object.entries(payload).map(([name, values]) => [name, [...values]]));
  for (const element of kept(form)) {
    const values = left[element.name] || [];
    const before = valuesOf(element).join("\n");
    if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
    else if (element.type === "select-multiple") {
      for (const option of element.options) option.selected = values.includes(option.value);
    } else element.value = values.shift() ?? "";
    if (valuesOf(element).join("\n") === before) continue;
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
