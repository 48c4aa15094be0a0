// A link to be copied: a field that a tap selects whole, a button, and a word on what came of it.

import { copyField } from "../copy.js";
import { _ } from "../texts.js";

const SAID = 4000; // milliseconds that "Copied" stands

const made = (tag, values) => Object.assign(document.createElement(tag), values);

function attach(place) {
  const field = made("input", { type: "text", readOnly: true, spellcheck: false });
  field.setAttribute("aria-label", _("Link"));
  const button = made("button", { type: "button", textContent: _("Copy") });
  const word = made("p", {});
  word.setAttribute("role", "status");
  place.replaceChildren(field, button, word);
  const selected = () => field.setSelectionRange(0, field.value.length);
  field.addEventListener("focus", selected);
  field.addEventListener("click", selected);
  let until = null;
  button.addEventListener("click", async () => {
    const isCopied = await copyField(field);
    if (!isCopied) field.focus();
    word.textContent = isCopied
      ? _("Copied.")
      : _("The link is selected: press Ctrl+C (⌘C), or hold a finger on it and choose Copy.");
    clearTimeout(until);
    if (isCopied) until = setTimeout(() => (word.textContent = ""), SAID);
  });
  return { field };
}

export function draw({ data, parentElement }) {
  const place = parentElement.querySelector(".nnlab-link");
  const { field } = (place.nnlab ??= attach(place));
  if (field.value !== data.address) field.value = data.address; // else what is selected stays
}

export function drop() {}
