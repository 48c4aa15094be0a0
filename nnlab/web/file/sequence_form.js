// Where a sequence is typed, drawn at random, or pressed token by token.

import { _ } from "../texts.js";
import { asTyped, tokensOf } from "./sequence_tokens.js";
import { made } from "./shell.js";

export class SequenceForm {
  /** @param {object} data of the page
   * @param {(tokens: number[], next?: number) => void} take gets a sequence, and the place that is next */
  constructor({ labels, network, task, examples, examplesWord }, take) {
    Object.assign(this, { labels, task, take, length: network.shape[0] });
    this.field = made("input", {
      type: "text",
      spellcheck: false,
      autocomplete: "off",
      maxLength: 800,
      className: "typed",
    });
    this.trouble = made("p", { className: "trouble", role: "alert" });
    this.field.oninput = () => this.#read();
    const another = made("button", { type: "button", className: "button" }, _("Another"));
    another.title = examplesWord;
    another.onclick = () => this.#take(examples[Math.floor(Math.random() * examples.length)]);
    this.keys = labels.map((label, key) => {
      const button = made("button", { type: "button", className: "key" }, label);
      button.onclick = () => this.#press(key);
      return button;
    });
    this.word = made("span", { className: "word" });
    this.element = made(
      "div",
      { className: "form" },
      made("div", { className: "row" }, made("label", {}, _("Sequence"), this.field), another),
      made("div", { className: "keys", role: "group" }, this.word, ...this.keys),
      this.trouble,
    );
  }

  /** Show a sequence, and which place the next key changes. */
  show(tokens, at) {
    [this.tokens, this.at] = [tokens, Math.max(0, at)];
    const text = asTyped(tokens, this.labels, this.task);
    if (!this.isTyping && this.field.value !== text) this.field.value = text;
    const said = _("Place {place}:", { place: this.at + 1 });
    if (this.word.textContent !== said) this.word.textContent = said;
    this.keys[0].parentElement.setAttribute("aria-label", _("The token at place {place}", { place: this.at + 1 }));
    this.keys.forEach((button, key) => button.setAttribute("aria-pressed", String(key === tokens[this.at])));
  }

  #take(tokens, next) {
    this.isTyping = false;
    this.trouble.textContent = "";
    this.field.removeAttribute("aria-invalid");
    this.take(tokens, next);
  }

  #press(key) {
    const tokens = [...this.tokens];
    tokens[this.at] = key;
    this.#take(tokens, (this.at + 1) % this.length);
  }

  // What is no sequence stays where a person can mend it.
  #read() {
    this.isTyping = true;
    try {
      const tokens = tokensOf(this.field.value, this.labels, this.length);
      this.trouble.textContent = "";
      this.field.removeAttribute("aria-invalid");
      this.take(tokens);
    } catch (error) {
      this.trouble.textContent = error.message;
      this.field.setAttribute("aria-invalid", "true");
    }
  }
}
