// The map of attention: each token (a row, to be chosen) looks at each (a column); beside it what comes out.

import { _ } from "../texts.js";
import { canvas, fill, made, set } from "./attention_dom.js";

export class AttentionMap {
  element = made("div", "nnlab-attention-map");

  /** @param {(token: number) => void} choose told of a row that was chosen */
  constructor(choose) {
    this.choose = choose;
    this.element.setAttribute("role", "radiogroup");
    this.element.setAttribute("aria-label", _("The token whose attention is shown"));
    this.element.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Make the rows of a sequence. */
  build({ tokens, labels, answers, target, each }) {
    const { element } = this,
      hadFocus = element.contains(document.activeElement),
      length = tokens.length;
    Object.assign(this, { tokens, answers, target });
    element.style.setProperty("--length", length);
    this.rows = tokens.map((token, i) => this.#row(labels[token], i));
    this.map = canvas(length, length);
    this.map.style.gridArea = `2 / 2 / ${length + 2} / ${length + 2}`;
    this.map.addEventListener("click", ({ offsetY }) => {
      this.choose(Math.min(length - 1, Math.floor((offsetY / this.map.clientHeight) * length)));
    });
    this.mark = made("i", "nnlab-attention-mark");
    this.mark.style.gridColumn = `2 / ${length + 2}`;
    this.outputs = each
      ? tokens.map((_token, i) => {
          const output = made("span");
          output.style.gridRow = `${i + 2}`;
          return output;
        })
      : [];
    const heads = tokens.map((token) => made("b", "", labels[token]));
    element.replaceChildren(
      made("b", "", _("in")),
      ...heads,
      made("b", "", each ? _("out") : ""),
      ...this.rows,
      this.map,
      this.mark,
      ...this.outputs,
    );
    if (hadFocus) this.rows[0].focus();
  }

  /** Paint the weights [length × length] of one head, and what comes out at each place.
   * @param {Uint32Array} colours of the shares from 0 to 1
   * @param {number} token the chosen row
   * @param {number[]} given the symbol of each place that comes out, if one does
   */
  paint(weights, colours, token, given) {
    const last = colours.length - 1;
    fill(this.map, weights, (weight) => colours[Math.round((weight || 0) * last)]);
    this.rows.forEach((row, i) => {
      row.setAttribute("aria-checked", i === token);
      row.tabIndex = i === token ? 0 : -1;
    });
    this.mark.style.gridRow = `${token + 2}`;
    this.outputs.forEach((output, i) => this.#answer(output, given[i], this.target[i]));
  }

  #answer(output, given, right) {
    const isRight = given === right,
      words = { given: this.answers[given], right: this.answers[right] };
    set(output, this.answers[given]);
    output.className = isRight ? "nnlab-attention-right" : "nnlab-attention-wrong";
    output.title = isRight ? _("{given}, right", words) : _("{given}, right would be {right}", words);
  }

  #row(label, i) {
    const row = made("button", "", label);
    row.type = "button";
    row.setAttribute("role", "radio");
    row.setAttribute("aria-label", _("{token} at place {place}", { token: label, place: i + 1 }));
    row.addEventListener("click", () => this.choose(i));
    row.style.gridRow = `${i + 2}`;
    return row;
  }

  #press(event) {
    const at = this.rows.indexOf(event.target),
      last = this.rows.length - 1;
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: last }[
      event.key
    ];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const token = Math.max(0, Math.min(last, to));
    this.choose(token);
    this.rows[token].focus();
  }
}
