// A student's tile: a button with a picture, a name, a word with its mark, and a figure.

import { cleared } from "../canvas.js";
import { made } from "../sweep/looks.js";
import { stroke } from "../sweep/tile_paint.js";
import { linesOf } from "./picture.js";
import { JUDGEMENTS, figureOf, nameOf, saidOf, wordOf } from "./students.js";

const PLACES = 40; // along each side of a tile's plane
const LARGE = 220; // pixels of a picture from which it has twice as many
const TOP = [0, 1]; // of accuracies: a curve is comparable with its neighbours'

export class Tile {
  constructor(person) {
    this.canvas = made("canvas", { ariaHidden: "true" });
    this.name = made("bdi", { className: "name" });
    this.mark = made("i", { ariaHidden: "true" });
    this.word = made("span", { className: "word" });
    this.figure = made("b");
    const line = made("span", { className: "said" }, this.mark, this.word, this.figure);
    this.element = made("button", { type: "button" }, this.canvas, this.name, line);
    this.element.dataset.person = person;
  }

  /** Write what changed: `student` and `scene` as the server told them. */
  say(student, scene, now, { isHidden, filter }) {
    const { judgement } = student,
      { element } = this;
    set(this.name, nameOf(student, isHidden));
    set(this.mark, JUDGEMENTS[judgement].mark);
    set(this.word, wordOf(student));
    set(this.figure, student.run ? figureOf(student) : "");
    element.dataset.judgement = judgement;
    element.classList.toggle("dim", filter !== null && filter !== judgement);
    const said = saidOf(student, scene, now, isHidden);
    if (element.title === said) return;
    element.title = said;
    element.setAttribute("aria-label", said);
  }

  /** Draw the plane, else the curve, else nothing. */
  draw(student, picture, side, colours) {
    if (picture?.draw(this.canvas, side > LARGE ? 2 * PLACES : PLACES)) {
      this.canvas.style.width = this.canvas.style.height = "";
      return;
    }
    const context = cleared(this.canvas, side, side),
      { spark } = student;
    this.canvas.style.width = this.canvas.style.height = "";
    if (!spark) return;
    const isShare = spark.of === "accuracy";
    const {
      lines: [[across, up]],
    } = linesOf([spark.points], !isShare);
    const shares = isShare ? spark.points.map(([, value]) => (value - TOP[0]) / (TOP[1] - TOP[0])) : up;
    stroke(context, [across, shares], 0, 0, side, colours.line);
  }
}

export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
