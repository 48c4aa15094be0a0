// The pictures of a page, to choose one: all, those of a class, those that are read wrong, or one cell of the confusion.

import { _ } from "../texts.js";
import { made } from "./shell.js";

const ALL = "all",
  WRONG = "wrong";

export class Album {
  chosen = 0;

  /** @param {object} of `labels` and `answers` of the pictures, `names` of the classes, and `paint(canvas, place)`
   * @param {(place: number) => void} choose told of a picture that was chosen */
  constructor({ labels, answers, names, paint, word }, choose) {
    Object.assign(this, { labels, answers, names, choose, cell: null });
    this.select = made(
      "select",
      {},
      made("option", { value: ALL }, _("all")),
      made("option", { value: WRONG }, _("read wrong")),
      ...names.map((name, label) => made("option", { value: String(label) }, name)),
    );
    this.select.onchange = () => this.only(null);
    this.count = made("span", { className: "word", role: "status" });
    this.word = word;
    this.buttons = labels.map((label, place) => {
      const canvas = made("canvas", { "aria-hidden": "true" });
      paint(canvas, place);
      const button = made(
        "button",
        { type: "button", tabIndex: -1, className: answers[place] === label ? "" : "wrong" },
        canvas,
      );
      const said = { truth: names[label], answer: names[answers[place]] };
      button.setAttribute(
        "aria-label",
        answers[place] === label ? _("{truth}, read right", said) : _("{truth}, read as {answer}", said),
      );
      button.title = button.getAttribute("aria-label");
      button.onclick = () => this.take(place);
      return button;
    });
    this.grid = made(
      "div",
      { className: "thumbs", role: "group", "aria-label": _("Pictures: arrow keys go from one to the next") },
      ...this.buttons,
    );
    this.grid.onkeydown = (event) => this.#key(event);
    this.element = made(
      "section",
      {},
      made("div", { className: "filter" }, made("label", {}, _("Show"), " ", this.select), this.count),
      this.grid,
    );
    this.only(null);
  }

  /** Show the pictures of one cell of the confusion alone; null: what the choice above says. */
  only(cell) {
    this.cell = cell;
    const { value } = this.select;
    this.shown = [...this.labels.keys()].filter((place) => {
      const [label, answer] = [this.labels[place], this.answers[place]];
      if (cell) return label === cell[0] && answer === cell[1];
      return value === ALL || (value === WRONG ? label !== answer : label === Number(value));
    });
    const shown = new Set(this.shown);
    this.buttons.forEach((button, place) => (button.hidden = !shown.has(place)));
    this.count.textContent = cell
      ? _("{n}: {truth} read as {answer}", {
          n: this.shown.length,
          truth: this.names[cell[0]],
          answer: this.names[cell[1]],
        })
      : `${this.shown.length} · ${this.word}`;
    if (this.shown.length && !shown.has(this.chosen)) this.take(this.shown[0]);
    this.#mark();
  }

  take(place) {
    this.chosen = place;
    this.#mark();
    this.choose(place);
  }

  /** None is chosen: what is shown is another picture. */
  leave() {
    this.chosen = -1;
    this.#mark();
  }

  #mark() {
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-pressed", String(place === this.chosen));
      button.tabIndex = place === (this.shown.includes(this.chosen) ? this.chosen : this.shown[0]) ? 0 : -1;
    });
  }

  #key(event) {
    const at = this.shown.indexOf(this.buttons.indexOf(event.target));
    if (at < 0) return;
    const row = this.shown.findIndex(
      (place, i) => i && this.buttons[place].offsetTop !== this.buttons[this.shown[0]].offsetTop,
    );
    const across = row < 0 ? this.shown.length : row,
      last = this.shown.length - 1;
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - across,
      ArrowDown: at + across,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const place = this.shown[Math.max(0, Math.min(last, to))];
    this.take(place);
    this.buttons[place].focus();
  }
}
