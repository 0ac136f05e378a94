// Keys, and answers that take the place of the page without loading one. Everything here also works without script.
"use strict";
const SETTLE = 250; // ms in which a card that has just come up cannot be decided: the second half of a double press
let busy = false;
let shown = 0;

function control(key) {
  return [...document.querySelectorAll("[data-keys]")].find((one) => one.dataset.keys.split(" ").includes(key));
}

function tell(text) {
  const alert = document.getElementById("alert");
  alert.textContent = text;
  alert.hidden = !text;
}

async function swap(address, options) {
  if (busy) return;
  busy = true;
  document.documentElement.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) {
      const why = page.querySelector("main p");
      tell(why ? why.textContent : document.body.dataset.failed);
      return;
    }
    tell("");
    for (const part of ["header.top", "main"]) document.querySelector(part).replaceWith(page.querySelector(part));
    document.title = page.title;
    if (!history.state) history.replaceState({ swapped: true }, "");
    history.pushState({ swapped: true }, "", answer.url);
    window.scrollTo(0, 0);
    document.querySelector("main").focus({ preventScroll: true });
    shown = performance.now();
  } catch (error) {
    tell(document.body.dataset.failed);
  } finally {
    busy = false;
    document.documentElement.removeAttribute("aria-busy");
  }
}

document.addEventListener("keydown", (event) => {
  const inside = event.target.closest("input, textarea, select, [contenteditable]");
  if (document.body.dataset.shortcuts !== "on" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (inside) {
    if (event.key === "Escape") inside.blur();
    return;
  }
  const found = control(event.key);
  if (!found) return;
  event.preventDefault();
  if (event.repeat) return;
  if (found.matches("input")) found.focus();
  else found.click();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-swap]")) return;
  event.preventDefault();
  if (performance.now() - shown < SETTLE) return;
  const fields = new URLSearchParams(new FormData(form));
  const button = event.submitter;
  if (button && button.name) fields.set(button.name, button.value);
  swap(form.action, { method: "POST", body: fields });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  swap(link.href);
});

window.addEventListener("popstate", (event) => {
  if (event.state) window.location.reload(); // not after a link within the page
});
