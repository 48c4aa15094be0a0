// The graph of a computation as SVG: made once for each graph, then told which step it shows.

import { _ } from "../texts.js";
import { arranged } from "./autograd_layout.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_LABELS = 30; // lines whose local derivatives are all written; of more, those of the chosen box alone
const LONGEST = 12; // characters of a box's name
const UNKNOWN = "·";
const MARGIN = 40; // pixels around a box that is brought into sight

const made = (name, attributes, parent, text = "") => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  parent?.append(element);
  return element;
};

/** What stands as a box's gradient at a step; null where none does.
 * @returns {?{short: string, full: string, sign: number, sum: string, sumFull: string}} */
export function gradAt(box, step) {
  let found = null;
  for (const state of box.grads) if (state.step <= step) found = state;
  if (found || box.before === null) return found;
  return { short: box.before, full: box.beforeFull, sign: 0, sum: "", sumFull: "" };
}

/** Whether a box takes part in a step: its operation is computed, or the gradient goes through it. */
export const isActive = (data, box, step) =>
  box.made &&
  (step <= data.forward ? box.appears === step : data.lines.some((l) => l.step === step && l.target === box.id));

export class Picture {
  /** @param {HTMLElement} place
   * @param {(id: ?string) => void} pick told which box has been pressed */
  constructor(place, pick) {
    this.svg = made("svg", { role: "group" }, place);
    this.pick = pick;
  }

  /** Make the boxes and lines of a graph anew. */
  set(data, down, label) {
    this.data = data;
    const { width, height, box, places, paths } = arranged(data, down);
    const attributes = { width, height, viewBox: `0 0 ${width} ${height}`, "aria-label": label };
    for (const [key, value] of Object.entries(attributes)) this.svg.setAttribute(key, value);
    this.svg.replaceChildren();
    const ways = made("g", { "aria-hidden": "true" }, this.svg);
    this.lines = data.lines.map((line, index) => this.#line(line, paths[index], ways));
    const words = made("g", { "aria-hidden": "true" }, this.svg);
    for (const { word } of this.lines) words.append(word);
    this.boxes = data.boxes.map((one) => this.#box(one, places.get(one.id), box));
  }

  #line(line, { d, label: [x, y] }, parent) {
    const path = made("path", { d, class: line.needs ? "" : "still" }, parent);
    const word = made("text", { x, y: y + 4, class: "local" });
    return { line, path, word };
  }

  #box(box, [x, y], { wide, high }) {
    const group = made("g", { role: "button", tabindex: -1, "data-box": box.id }, this.svg);
    const [left, top] = [x - wide / 2, y - high / 2];
    const rx = box.made ? 4 : 20;
    made("rect", { x: left, y: top, width: wide, height: high, rx }, group);
    const name = box.label.length > LONGEST ? `${box.label.slice(0, LONGEST - 1)}…` : box.label;
    const rows = [["name", name], ...(this.data.boxes.some((one) => one.shape) ? [["shape", box.shape]] : [])];
    rows.push(["value", ""], ["grad", ""]);
    const texts = {};
    rows.forEach(([kind, text], row) => {
      texts[kind] = made("text", { x, y: top + 18 + 16 * row, class: kind }, group, text);
    });
    texts.sum = made("text", { x, y: top + high + 13, class: "sum" }, group);
    group.addEventListener("click", () => this.pick(box.id));
    return { box, group, texts };
  }

  /** Show a step, and which box is looked at. */
  show(step, picked) {
    const { data } = this,
      isBack = step > data.forward;
    for (const { box, group, texts } of this.boxes) {
      const isThere = box.appears <= step,
        grad = gradAt(box, step);
      texts.value.textContent = isThere ? box.value : UNKNOWN;
      texts.grad.textContent = box.requires ? `∂ ${grad ? grad.short : isBack || !box.made ? "None" : UNKNOWN}` : "";
      texts.grad.setAttribute("class", `grad ${["minus", "", "plus"][(grad?.sign ?? 0) + 1]}`);
      texts.sum.textContent = grad?.sum ?? "";
      const classes = [box.requires ? "" : "still", isThere ? "" : "later", isActive(data, box, step) ? "now" : ""];
      group.setAttribute("class", classes.filter(Boolean).join(" "));
      group.setAttribute("aria-pressed", String(box.id === picked));
      group.setAttribute("aria-label", this.#name(box, isThere, grad));
    }
    const few = data.lines.length <= MOST_LABELS;
    for (const { line, path, word } of this.lines) {
      const isNow = isBack ? line.needs && line.step === step : line.appears === step;
      const isPicked = picked !== null && [line.source, line.target].includes(picked);
      const isThere = line.needs && line.step <= step && isBack;
      path.classList.toggle("now", isNow);
      path.classList.toggle("picked", isPicked);
      word.textContent = isThere && (few || isPicked) ? line.local : "";
      word.setAttribute("class", `local ${["minus", "", "plus"][line.sign + 1]}`);
    }
  }

  #name(box, isThere, grad) {
    const value = isThere ? box.value : _("not yet");
    const parts = [_("{code}, value {value}", { code: box.code, value })];
    if (box.shape) parts.push(_("shape {shape}", { shape: box.shape }));
    parts.push(box.requires ? _("gradient {grad}", { grad: grad?.short ?? "None" }) : _("no gradient"));
    if (grad?.sum) parts.push(grad.sum);
    return parts.join(", ");
  }

  /** Scroll a graph that is larger than its frame, and nothing but it, to a box. */
  bringIntoSight(id, frame) {
    const box = this.boxes.find((one) => one.box.id === id).group.getBoundingClientRect();
    const all = frame.getBoundingClientRect();
    const by = (low, high, first, last) =>
      low < first ? low - first - MARGIN : high > last ? high - last + MARGIN : 0;
    frame.scrollLeft += by(box.left, box.right, all.left, all.right);
    frame.scrollTop += by(box.top, box.bottom, all.top, all.bottom);
  }

  /** The box that the keyboard reaches; the others follow by ↑ and ↓. */
  reach(id) {
    for (const { box, group } of this.boxes) group.setAttribute("tabindex", box.id === id ? 0 : -1);
  }

  /** Give the focus to the box before or after another. */
  go(id, by) {
    const at = this.boxes.findIndex(({ box }) => box.id === id);
    const next = this.boxes[Math.min(Math.max(at + by, 0), this.boxes.length - 1)];
    this.reach(next.box.id);
    next.group.focus();
  }
}
