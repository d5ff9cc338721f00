// What helps the hand: keys in the review queue, reasons at one click, the print button.
// Every page works without it.
"use strict";

const writing = (target) => target.matches("input:not([type=radio]), textarea, select");
const items = () => Array.from(document.querySelectorAll("article.review"));

function enter(article) {
  article.tabIndex = -1;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "start" });
}

function step(from, by) {
  const all = items();
  const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + by))];
  if (next) enter(next);
}

// The hand goes straight on to what is still to be written: the unit's name, or the reason.
function choose(article, radio) {
  radio.checked = true;
  radio.closest("details")?.setAttribute("open", "");
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  const isOther = article.querySelector("[data-choose]")?.dataset.choose === radio.id;
  article.querySelector(isOther ? "[name=unit]" : "[name=reason]").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target) || !items().length) return;
  const article = event.target.closest("article.review");
  if (event.key === "j") step(article, 1);
  else if (event.key === "k") step(article, -1);
  else if (article && /^[1-9]$/.test(event.key)) {
    const radios = article.querySelectorAll("input[type=radio]");
    if (radios.length) choose(article, radios[Number(event.key) - 1] || radios[radios.length - 1]);
    else article.querySelector("[name=unit]").focus();
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fill]");
  if (chip) {
    const field = document.getElementById(chip.dataset.fill);
    field.value = chip.textContent;
    field.focus();
  }
  if (event.target.closest("[data-print]")) window.print();
});

// Ticking many at once: a category, or all of a body; the count stands beside the button.
function ticks(form) {
  const boxes = (root) => Array.from(root.querySelectorAll("input[name=ticket]"));
  for (const all of form.querySelectorAll("[data-all]")) {
    const theirs = boxes(all.closest("fieldset") || form);
    const ticked = theirs.filter((box) => box.checked).length;
    all.checked = ticked === theirs.length;
    all.indeterminate = ticked > 0 && ticked < theirs.length;
  }
  const count = form.querySelector("[data-ticked]");
  count.textContent = count.dataset.ticked.replace("%", boxes(form).filter((box) => box.checked).length);
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-ticks]");
  if (!form) return;
  if (event.target.matches("[data-all]")) {
    const root = event.target.closest("fieldset") || form;
    for (const box of root.querySelectorAll("input[name=ticket]")) box.checked = event.target.checked;
  }
  ticks(form);
});

// Whoever names another unit has chosen it; whoever chooses a candidate no longer names one.
document.addEventListener("input", (event) => {
  const other = event.target.dataset.choose;
  if (other && event.target.value) document.getElementById(other).checked = true;
});
document.addEventListener("change", (event) => {
  const field = event.target.closest("article.review")?.querySelector("[data-choose]");
  if (field && event.target.type === "radio" && event.target.id !== field.dataset.choose) field.value = "";
  if (event.target.matches("[data-submit]")) event.target.form.submit();
});

function reveal(root) {
  for (const part of root.querySelectorAll(".chips[hidden], .keyboard[hidden], .tickall[hidden], [data-print][hidden]")) part.hidden = false;
  for (const form of root.querySelectorAll("[data-ticks]")) ticks(form);
}

// After a confirmation the next ticket is ready under the hand.
document.addEventListener("htmx:afterSettle", (event) => {
  reveal(document);
  const done = event.detail.elt;
  if (done && done.matches && done.matches(".confirmed")) {
    const next = items().find((item) => done.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (next) enter(next);
    else (document.getElementById("onward") || done).focus();
  }
});

// A refused answer (409, 422) still brings the card with its explanation.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (![409, 422].includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

reveal(document);
