// The plane of a recording: the network's answers, or one neuron's, with the points of the data upon them.

import { answerOf } from "../answer.js";
import { cleared } from "../canvas.js";
import { inputAt, SIDE } from "../grid.js";
import { number } from "../format.js";
import { PlaneImage, readLook, shownOn } from "../plane_image.js";
import { valueScale } from "../sweep/scales.js";
import { _ } from "../texts.js";
import { legend } from "./legend.js";
import { colour, isDark, made, whenThemeChanges, zoom } from "./shell.js";

const FONT = "13px system-ui, sans-serif",
  LEFT = 40,
  BELOW = 24,
  ABOVE = 8,
  RIGHT = 8;
const NEAR = 9; // pixels from a point within which it is meant
const SPREAD = 0.618034; // the golden ratio's multiples: evenly spread, in no order to be seen

export class Plane {
  /** @param {import("./film.js").Film} film
   * @param {object} data of the page: `points`, `looks`, `task`, `classNames`, `columns`, `limit`
   * @param {Float32Array} inputs of the points, [n × inputs]
   * @param {Float32Array} targets [n] */
  constructor(film, data, inputs, targets) {
    Object.assign(this, { film, data, inputs, targets });
    this.picture = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    this.image = new PlaneImage(SIDE);
    this.canvas = made("canvas", { role: "img", tabIndex: 0 });
    this.word = made("p", { className: "answer", role: "status" });
    this.title = made("p", { className: "shown" });
    this.box = made("div", { className: "square" }, this.canvas);
    this.element = made(
      "section",
      { className: "plane", "aria-label": _("Plane") },
      this.title,
      legend(data, targets.length > data.points.train),
      this.box,
      this.word,
    );
    this.dress();
    whenThemeChanges(() => this.dress());
    new ResizeObserver(() => film.redraw()).observe(this.box);
    this.#listen();
    film.add(this);
  }

  /** The colours of day or night. */
  dress() {
    this.look = readLook(this.data.looks[isDark() ? "dark" : "light"]);
    this.colours = Object.fromEntries(
      ["ink", "quiet", "paper", "neutral", "faint"].map((name) => [name, colour(name)]),
    );
    this.film.redraw();
  }

  /** Another cut through the columns of a table, or none. */
  get space() {
    return this.film.network.space;
  }

  draw(film) {
    const times = zoom(),
      width = this.box.clientWidth / times,
      height = this.box.clientHeight / times;
    const side = Math.min(width - LEFT - RIGHT, height - BELOW - ABOVE);
    if (side < 40 || !film.net) return;
    const left = LEFT + (width - LEFT - RIGHT - side) / 2;
    this.frame = { left, top: ABOVE, side };
    const context = cleared(this.canvas, width, height, times);
    const shown = shownOn(film, this.look);
    if (shown) this.picture.getContext("2d").putImageData(this.image.paint(shown.outputs, shown.look), 0, 0);
    context.drawImage(this.picture, left, ABOVE, side, side);
    this.#axes(context);
    this.#points(context);
    if (this.pointed) this.#cross(context);
    this.#say();
  }

  #axes(context) {
    const { left, top, side } = this.frame,
      { colours } = this;
    Object.assign(context, { font: FONT, fillStyle: colours.quiet, strokeStyle: colours.faint, lineWidth: 1 });
    context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
    context.textBaseline = "top";
    for (const { at, text } of this.ticks(true)) {
      context.textAlign = at < 0.05 ? "left" : at > 0.95 ? "right" : "center";
      context.fillText(text, left + at * side, top + side + 6);
    }
    [context.textAlign, context.textBaseline] = ["right", "middle"];
    for (const { at, text } of this.ticks(false)) context.fillText(text, left - 6, top + (1 - at) * side, left - 4);
  }

  /** The numbers along an axis of the plane, in the units of its column. */
  ticks(isAcross) {
    const {
      extent: [low, high],
      cut,
    } = this.space;
    const column = cut && (isAcross ? cut.across : cut.up);
    if (cut && column === null) return [];
    const unitsOf = (place) => (cut ? cut.middle[column] + cut.unit[column] * place : place);
    return valueScale([unitsOf(low), unitsOf(high)]);
  }

  /** Where a point lies on the plane. */
  placeOf(i) {
    const { inputs, cut } = this.space,
      from = i * inputs;
    if (!cut) return [this.inputs[from], this.inputs[from + 1]];
    const at = (column) => (this.inputs[from + column] - cut.middle[column]) / cut.unit[column];
    return [at(cut.across), cut.up === null ? (((i * SPREAD) % 1) - 0.5) * 10 : at(cut.up)];
  }

  #pixels([across, up]) {
    const {
        extent: [low, high],
      } = this.space,
      { left, top, side } = this.frame;
    return [left + (side * (across - low)) / (high - low), top + side * (1 - (up - low) / (high - low))];
  }

  #points(context) {
    const { points, task, limit } = this.data,
      { left, top, side } = this.frame;
    const colours = points.colours[isDark() ? "dark" : "light"];
    context.save();
    context.beginPath();
    context.rect(left, top, side, side);
    context.clip();
    const size = Math.max(2.5, Math.min(4.5, side / 110));
    [context.lineWidth, context.strokeStyle] = [0.75, isDark() ? "#FFFFFF" : "#31333F"];
    for (let i = 0; i < this.targets.length; i++) {
      const [x, y] = this.#pixels(this.placeOf(i)),
        isTraining = i < points.train;
      context.fillStyle =
        colours[task === "regression" ? ramped(this.targets[i] / limit, colours.length) : this.targets[i]];
      context.beginPath();
      if (isTraining) context.arc(x, y, size, 0, 7);
      else {
        for (const [a, b] of [
          [0, -1],
          [1, 0],
          [0, 1],
          [-1, 0],
        ])
          context.lineTo(x + a * size * 1.2, y + b * size * 1.2);
        context.closePath();
      }
      context.fill();
      context.stroke();
    }
    context.restore();
  }

  #cross(context) {
    const [x, y] = this.#pixels(this.pointed);
    [context.strokeStyle, context.lineWidth] = [this.colours.ink, 1.5];
    context.beginPath();
    for (const [a, b] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(x + 4 * a, y + 4 * b);
      context.lineTo(x + 11 * a, y + 11 * b);
    }
    context.stroke();
  }

  // The answer at a place --------------------------------------------------------------------------

  #listen() {
    const { canvas } = this;
    const at = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect(),
        { left, top, side } = this.frame ?? {},
        times = zoom();
      const {
        extent: [low, high],
      } = this.space;
      const x = ((clientX - box.left) / times - left) / side,
        y = 1 - ((clientY - box.top) / times - top) / side;
      return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? [low + x * (high - low), low + y * (high - low)] : null;
    };
    canvas.onpointermove = canvas.onpointerdown = (event) => this.point(at(event));
    canvas.onpointerleave = (event) => event.pointerType === "mouse" && this.point(null);
    canvas.onblur = () => this.point(null);
    canvas.onkeydown = (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      const {
          extent: [low, high],
        } = this.space,
        step = (high - low) / 40;
      const from = this.pointed ?? [(low + high) / 2, (low + high) / 2];
      this.point(from.map((value, i) => Math.max(low, Math.min(high, value + step * way[i]))));
      event.preventDefault();
      event.stopPropagation();
    };
  }

  /** Say the answer at a place of the plane; null: at none. */
  point(place) {
    this.pointed = place;
    this.film.redraw();
  }

  #say() {
    const {
      film,
      data: { classNames },
      space: { inputs, cut },
    } = this;
    let said = _("Hover over the plane to see the network's output, over a neuron to see its own map.");
    if (this.pointed) {
      const x = new Float32Array(inputs);
      inputAt(x, 0, ...this.pointed, cut);
      const outputs = film
        .evaluate({ x, n: 1 })
        .outputs()
        .map(([value]) => value);
      const where = [this.#named(true, this.pointed[0]), this.#named(false, this.pointed[1])]
        .filter(Boolean)
        .join(", ");
      said = `${where} → ${answerOf(outputs, classNames)}`;
    }
    if (this.word.textContent !== said) this.word.textContent = said;
    this.#describe();
  }

  #named(isAcross, value) {
    const { cut } = this.space,
      { columns } = this.data;
    if (!cut) return `${isAcross ? "x₁" : "x₂"} ${value.toFixed(2)}`;
    const column = isAcross ? cut.across : cut.up;
    return column === null ? "" : `${columns[column]} ${number(cut.middle[column] + cut.unit[column] * value, 4)}`;
  }

  #describe() {
    const near = this.pointed && this.#nearest();
    const title = near === null ? null : this.#point(near);
    if (this.canvas.title !== (title ?? "")) this.canvas.title = title ?? "";
    const { points, task } = this.data,
      validation = this.targets.length - points.train;
    const said =
      task === "regression"
        ? _("The network's value over the plane, {train} training and {validation} validation points upon it.", {
            train: points.train,
            validation,
          })
        : _("The network's class over the plane, {train} training and {validation} validation points upon it.", {
            train: points.train,
            validation,
          });
    if (this.canvas.getAttribute("aria-label") !== said) this.canvas.setAttribute("aria-label", said);
  }

  #nearest() {
    const [x, y] = this.#pixels(this.pointed);
    let best = null,
      least = NEAR;
    for (let i = 0; i < this.targets.length; i++) {
      const [a, b] = this.#pixels(this.placeOf(i)),
        far = Math.hypot(a - x, b - y);
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  #point(i) {
    const { points, classNames } = this.data;
    const target = classNames
      ? _("class {name}", { name: classNames[this.targets[i]] })
      : `y = ${number(this.targets[i], 4)}`;
    return i < points.train ? _("training point, {target}", { target }) : _("validation point, {target}", { target });
  }
}

// The place in a ramp of so many colours, the first at −1 and the last at 1.
const ramped = (share, count) => Math.round(((Math.max(-1, Math.min(1, share)) + 1) / 2) * (count - 1));
