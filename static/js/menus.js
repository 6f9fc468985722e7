// Menus that are <details data-menu>, and the menu page of the phone: close on Escape or outside.
// Filters (<details data-fold>): open on a desk, folded on a phone until they are used.
function closeAll(except = null) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeAll(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const open = document.querySelector("details[data-menu][open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (location.hash === "#menu") {
    location.hash = "#main";
  }
});

// The phone's menu covers the page: the reader goes on inside it.
window.addEventListener("hashchange", () => {
  if (location.hash === "#menu") document.querySelector("#menu .side__close")?.focus();
});

const phone = matchMedia("(max-width: 760px)");

function fold() {
  for (const part of document.querySelectorAll("details[data-fold]")) {
    part.open = !phone.matches || location.search.length > 1;
  }
}

phone.addEventListener("change", fold);
fold();
