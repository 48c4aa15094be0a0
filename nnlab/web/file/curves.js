// The curves of a run over its steps, drawn by the page itself: training solid, validation dashed.

import { cleared } from "../canvas.js";
import { formatted, whole } from "../format.js";
import { drawTicksAcross, drawTicksUp } from "../sweep/canvas.js";
import { metricScale, valueScale } from "../sweep/scales.js";
import { _ } from "../texts.js";
import { colour, made, whenThemeChanges, zoom } from "./shell.js";

const NAMES = { loss: _("Loss"), accuracy: _("Accuracy") };
const PARTS = { train: _("train"), val: _("validation") };
const nameOf = (what) => NAMES[what] ?? what,
  partOf = (part) => PARTS[part] ?? _("value");
const LEFT = 50,
  ABOVE = 6,
  BELOW = 22,
  RIGHT = 10;
const FAR = 1000; // times the middle: who diverges passes through 10³⁰ on the way

export class Curve {
  texts = {}; // what is said of each part

  /** @param {string} what `loss`, `accuracy`, or the name of a metric of somebody's own loop
   * @param {Object<string, [number[], (number | null)[]]>} curves `train` and `val`, or `value`: steps and values
   * @param {number} last step of the axis
   * @param {((step: number) => void) | null} seek told the step that is pressed; null: nothing to seek */
  constructor(what, curves, last, seek = null) {
    Object.assign(this, { what, last, step: last });
    this.canvas = made("canvas", { role: "img" });
    this.values = made("span", { className: "values" });
    const title = made("figcaption", {}, made("b", { title: nameOf(what) }, nameOf(what)), this.values);
    this.box = made("div", { className: "plot" }, this.canvas);
    this.element = made("figure", { className: "curve" }, title, this.box);
    this.take(curves, last);
    whenThemeChanges(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.box);
    if (seek) this.#listen(seek);
  }

  /** Mark a step, and say what the curves were there. */
  mark(step) {
    this.step = step;
    this.draw();
  }

  /** Other curves, longer ones say, and another end of the axis. `mark` draws them. */
  take(curves, last) {
    this.curves = Object.entries(curves).filter(([, [steps]]) => steps.length);
    this.last = last;
    if (Object.keys(this.texts).join() !== this.curves.map(([part]) => part).join()) this.#legend();
  }

  /** Whether the values are written in percent. */
  get isShare() {
    return (
      this.what === "accuracy" &&
      this.curves.every(([, [, values]]) => values.every((value) => value === null || value <= 1))
    );
  }

  #legend() {
    this.texts = {};
    this.values.replaceChildren();
    for (const [part] of this.curves) {
      this.texts[part] = made("output", {});
      this.values.append(made("span", { className: part }, made("i"), partOf(part), " ", this.texts[part]));
    }
  }

  #listen(seek) {
    this.canvas.classList.add("seek");
    const go = ({ clientX }) => {
      const box = this.canvas.getBoundingClientRect(),
        times = zoom();
      const share = ((clientX - box.left) / times - LEFT) / (box.width / times - LEFT - RIGHT);
      seek(this.last * Math.max(0, Math.min(1, share)));
    };
    this.canvas.onpointerdown = (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      go(event);
    };
    this.canvas.onpointermove = (event) => event.buttons && this.canvas.hasPointerCapture(event.pointerId) && go(event);
  }

  draw() {
    const times = zoom(),
      width = this.box.clientWidth / times,
      height = this.box.clientHeight / times;
    if (width < 60 || height < 40) return;
    const context = cleared(this.canvas, width, height, times);
    const box = [LEFT, ABOVE, width - LEFT - RIGHT, height - ABOVE - BELOW];
    const colours = { ink: colour("quiet"), faint: colour("faint") },
      isLoss = this.what.toLowerCase().includes("loss");
    const up = metricScale(within(this.curves.flatMap(([, [, values]]) => values)), isLoss, this.isShare);
    drawTicksUp(context, up.ticks, box, colours);
    drawTicksAcross(context, valueScale([0, Math.max(1, this.last)]), box, colours);
    context.save();
    context.beginPath();
    context.rect(box[0], box[1] - 3, box[2] + 4, box[3] + 6);
    context.clip();
    const x = (step) => box[0] + (box[2] * step) / Math.max(1, this.last),
      y = (value) => box[1] + box[3] * (1 - up.at(value));
    for (const [part, [steps, values]] of this.curves) {
      const isTraining = part !== "val";
      context.beginPath();
      let isDown = false;
      steps.forEach((step, i) => {
        if (values[i] === null) return;
        if (isDown) context.lineTo(x(step), y(values[i]));
        else context.moveTo(x(step), y(values[i]));
        isDown = true;
      });
      Object.assign(context, { strokeStyle: colour(isTraining ? "ink" : "accent"), lineWidth: 2, lineJoin: "round" });
      context.setLineDash(isTraining ? [] : [6, 3]);
      context.stroke();
    }
    context.setLineDash([]);
    Object.assign(context, { strokeStyle: colour("blue"), lineWidth: 1.5 });
    context.beginPath();
    context.moveTo(x(this.step), box[1] - 3);
    context.lineTo(x(this.step), box[1] + box[3] + 3);
    context.stroke();
    context.restore();
    this.#say();
  }

  #say() {
    const form = this.isShare ? ".1%" : ".3g",
      said = [];
    for (const [part, [steps, values]] of this.curves) {
      const text = formatted(valueAt(steps, values, this.step), form);
      if (this.texts[part].textContent !== text) this.texts[part].textContent = text;
      said.push(`${partOf(part)} ${text}`);
    }
    const label = _("{what} at step {step}: {said}", {
      what: nameOf(this.what),
      step: whole(this.step),
      said: said.join(", "),
    });
    if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
  }
}

/** The newest value at a step or before it; the first one before all. */
export function valueAt(steps, values, step) {
  let found = values.find((value) => value !== null) ?? null;
  for (let i = 0; i < steps.length && steps[i] <= step; i++) found = values[i] ?? found;
  return found;
}

function within(values) {
  const found = values.filter(Number.isFinite),
    sizes = found.map(Math.abs).sort((a, b) => a - b);
  const most = FAR * (sizes[Math.floor(sizes.length / 2)] || Infinity);
  return found.filter((value) => Math.abs(value) <= most);
}
