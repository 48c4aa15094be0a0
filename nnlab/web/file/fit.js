// Data of one input: the network's curve over the points, and what it makes of what lies beyond them.

import { cleared } from "../canvas.js";
import { formatted } from "../format.js";
import { evenly } from "../grid.js";
import { paintValues } from "../line_paint.js";
import { valueScale } from "../sweep/scales.js";
import { _ } from "../texts.js";
import { fitLegend } from "./legend.js";
import { colour, made, whenThemeChanges, zoom } from "./shell.js";

const FONT = "13px system-ui, sans-serif",
  LEFT = 52,
  RIGHT = 10,
  ABOVE = 10,
  BELOW = 26;
const POINTS = 161,
  WIDE = 3.5;

export class Fit {
  /** @param {import("./film.js").Film} film
   * @param {object} data of the page: `points`, and `curve`: the ranges `x` and `y` of the picture, `low` and
   *   `high` of the data, and the `formula` that they were made from, or null
   * @param {Float32Array} inputs [n]
   * @param {Float32Array} targets [n] */
  constructor(film, data, inputs, targets) {
    Object.assign(this, { film, data, inputs, targets });
    this.places = { x: evenly(data.curve.x, POINTS), n: POINTS };
    this.canvas = made("canvas", { role: "img", tabIndex: 0 });
    this.word = made("p", { className: "answer", role: "status" });
    this.title = made("p", { className: "shown" });
    this.box = made("div", { className: "square" }, this.canvas);
    this.element = made(
      "section",
      { className: "plane", "aria-label": _("Curve") },
      this.title,
      fitLegend(data, targets.length > data.points.train),
      this.box,
      this.word,
    );
    this.dress();
    whenThemeChanges(() => this.dress());
    new ResizeObserver(() => film.redraw()).observe(this.box);
    this.#listen();
    film.add(this);
  }

  dress() {
    const names = ["ink", "quiet", "faint", "paper", "blue", "accent"];
    this.colours = Object.fromEntries(names.map((name) => [name, colour(name)]));
    this.film.redraw();
  }

  draw(film) {
    const times = zoom(),
      width = this.box.clientWidth / times,
      height = this.box.clientHeight / times;
    if (width < 80 || height < 80) return;
    const context = cleared(this.canvas, width, height, times),
      size = [width - LEFT - RIGHT, height - ABOVE - BELOW];
    this.size = size;
    this.#axes(context, size);
    context.save();
    context.translate(LEFT, ABOVE);
    context.beginPath();
    context.rect(0, 0, ...size);
    context.clip();
    const {
        curve: { y, formula },
      } = this.data,
      { colours } = this,
      net = film.evaluate(this.places);
    if (formula) {
      context.setLineDash([2, 4]);
      paintValues(
        context,
        formula.map((value) => value ?? NaN),
        y,
        size,
        colours.quiet,
        2,
      );
      context.setLineDash([]);
    }
    this.#points(context, size);
    const { peeked } = film;
    if (peeked && net.has(...peeked)) paintValues(context, net.unit(...peeked), y, size, colours.accent, 2);
    paintValues(context, net.outputs()[0], y, size, colours.blue, WIDE);
    if (this.pointed !== undefined && this.pointed !== null) this.#mark(context, size);
    context.restore();
    this.#say();
  }

  #axes(context, [wide, tall]) {
    const {
        colours,
        data: { curve },
      } = this,
      [from, to] = curve.x;
    const x = (value) => LEFT + (wide * (value - from)) / (to - from);
    context.fillStyle = colours.faint;
    context.globalAlpha = 0.6;
    context.fillRect(LEFT, ABOVE, x(curve.low) - LEFT, tall);
    context.fillRect(x(curve.high), ABOVE, LEFT + wide - x(curve.high), tall);
    context.globalAlpha = 1;
    Object.assign(context, { font: FONT, fillStyle: colours.quiet, strokeStyle: colours.faint, lineWidth: 1 });
    [context.textAlign, context.textBaseline] = ["center", "top"];
    for (const { at, text } of valueScale(curve.x)) context.fillText(text, LEFT + at * wide, ABOVE + tall + 6);
    [context.textAlign, context.textBaseline] = ["right", "middle"];
    for (const { at, text } of valueScale(curve.y)) {
      const y = ABOVE + (1 - at) * tall;
      context.beginPath();
      context.moveTo(LEFT, y);
      context.lineTo(LEFT + wide, y);
      context.stroke();
      context.fillText(text, LEFT - 6, y, LEFT - 8);
    }
    [context.textAlign, context.textBaseline] = ["left", "bottom"];
    if (x(curve.low) - LEFT > 90) context.fillText(_("extrapolation"), LEFT + 6, ABOVE + tall - 4);
    context.textAlign = "right";
    if (x(curve.high) < LEFT + wide - 90) context.fillText(_("extrapolation"), LEFT + wide - 6, ABOVE + tall - 4);
  }

  #pixels(x, y, [wide, tall]) {
    const {
      x: [from, to],
      y: [low, high],
    } = this.data.curve;
    return [(wide * (x - from)) / (to - from), tall * (1 - (y - low) / (high - low))];
  }

  #points(context, size) {
    const { points } = this.data,
      { colours } = this;
    [context.lineWidth, context.strokeStyle] = [1, colours.paper];
    this.targets.forEach((target, i) => {
      const [x, y] = this.#pixels(this.inputs[i], target, size);
      context.fillStyle = i < points.train ? colours.ink : colours.accent;
      context.beginPath();
      if (i < points.train) context.arc(x, y, 3.5, 0, 7);
      else
        for (const [a, b] of [
          [0, -4.5],
          [4.5, 0],
          [0, 4.5],
          [-4.5, 0],
        ])
          context.lineTo(x + a, y + b);
      context.closePath();
      context.fill();
      context.stroke();
    });
  }

  #mark(context, [wide, tall]) {
    const [x] = this.#pixels(this.pointed, 0, [wide, tall]);
    Object.assign(context, { strokeStyle: this.colours.quiet, lineWidth: 1 });
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, tall);
    context.stroke();
  }

  #listen() {
    const { canvas } = this,
      {
        x: [from, to],
      } = this.data.curve;
    const at = ({ clientX }) => {
      const share = ((clientX - canvas.getBoundingClientRect().left) / zoom() - LEFT) / (this.size?.[0] ?? 1);
      return share >= 0 && share <= 1 ? from + share * (to - from) : null;
    };
    canvas.onpointermove = canvas.onpointerdown = (event) => this.point(at(event));
    canvas.onpointerleave = (event) => event.pointerType === "mouse" && this.point(null);
    canvas.onblur = () => this.point(null);
    canvas.onkeydown = (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way) return;
      this.point(Math.max(from, Math.min(to, (this.pointed ?? (from + to) / 2) + (way * (to - from)) / 60)));
      event.preventDefault();
      event.stopPropagation();
    };
  }

  /** Say the network's value at a place; null: at none. */
  point(x) {
    this.pointed = x;
    this.film.redraw();
  }

  #say() {
    const { film, data, pointed } = this;
    let said = _("Hover over the chart to see the network's output, over a neuron to see its own curve.");
    if (pointed !== undefined && pointed !== null) {
      const [[value]] = film.evaluate({ x: Float32Array.of(pointed), n: 1 }).outputs();
      said = `${data.columns?.[0] ?? "x"} ${formatted(pointed, ".4g")} → ŷ = ${formatted(value, ".5g")}`;
    }
    if (this.word.textContent !== said) this.word.textContent = said;
    const validation = this.targets.length - data.points.train;
    const label = _("The network's curve over {train} training and {validation} validation points.", {
      train: data.points.train,
      validation,
    });
    if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
  }
}
