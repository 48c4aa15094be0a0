// The sheet: strokes by mouse, finger, pen or arrow keys, in white on black, or a picture in their place.

import { _ } from "../texts.js";
import { made } from "./shell.js";

const SIDE = 280; // pixels, as the lab's own canvas has them
const STEP = 8; // pixels of an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MOST_STROKES = 500,
  MOST_POINTS = 20_000; // beyond them the oldest strokes are part of the ground

export class Sheet {
  strokes = []; // {width, isEraser, points}
  picture = null; // a canvas that is shown in place of the strokes
  width = 18;
  isEraser = false;
  isDown = false;
  #ground = null; // strokes that cannot be taken back any more
  #at = [SIDE / 2, SIDE / 2]; // of the pen that the arrow keys move

  /** @param {{moved: () => void, ended: () => void}} told of what is drawn, and that a stroke has ended */
  constructor({ moved, ended }) {
    Object.assign(this, { moved, ended });
    this.canvas = made("canvas", {
      tabIndex: 0,
      role: "application",
      "aria-label": _(
        "Sheet to draw on. Arrow keys move the pen, the space bar puts it down and lifts it, Delete clears.",
      ),
    });
    this.boxes = made("div", { className: "boxes", "aria-hidden": "true" });
    this.pen = made("i", { className: "pen", hidden: true });
    this.element = made("div", { className: "sheet" }, this.canvas, this.boxes, this.pen);
    this.#listen();
    this.#draw();
  }

  get isEmpty() {
    return !this.strokes.length && !this.picture && !this.#ground;
  }

  /** What is to be read, RGBA; null where nothing is drawn. */
  pixels() {
    if (this.isEmpty) return null;
    const { canvas } = this;
    return canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, canvas.width, canvas.height);
  }

  undo() {
    if (this.picture) this.picture = null;
    else this.strokes.pop();
    this.#draw();
    this.ended();
  }

  clear() {
    this.strokes = [];
    this.picture = this.#ground = null;
    this.isDown = false;
    this.#draw();
    this.ended();
  }

  /** Show a picture in place of the strokes: a canvas. */
  show(picture) {
    this.clear();
    this.picture = picture;
    this.#draw();
  }

  /** Draw strokes, in pixels of the sheet, in place of what is there. */
  write(strokes) {
    this.clear();
    this.strokes = strokes.map((points) => ({ width: this.width, isEraser: false, points }));
    this.#draw();
    this.ended();
  }

  /** A box around each of several digits. */
  box(pieces, chosen) {
    const { canvas, boxes } = this,
      shown = pieces.length > 1 ? pieces : [];
    while (boxes.children.length > shown.length) boxes.lastChild.remove();
    while (boxes.children.length < shown.length) boxes.append(made("i", {}, made("b")));
    shown.forEach(({ box: [top, left, bottom, right], name }, index) => {
      const box = boxes.children[index],
        share = (value, whole) => `${(100 * value) / whole}%`;
      box.classList.toggle("chosen", index === chosen);
      box.classList.toggle("high", top < 0.09 * canvas.height);
      Object.assign(box.style, {
        left: share(left, canvas.width),
        top: share(top, canvas.height),
        width: share(right - left, canvas.width),
        height: share(bottom - top, canvas.height),
      });
      box.firstChild.textContent = name;
    });
  }

  #begin(point) {
    if (this.picture) this.clear();
    this.isDown = true;
    this.strokes.push({ width: this.width, isEraser: this.isEraser, points: [point] });
    this.#bound();
    this.#draw();
    this.moved();
  }

  #extend(points) {
    const { points: all } = this.strokes.at(-1);
    for (const point of points) all.push(point);
    this.#draw();
    this.moved();
  }

  #end() {
    if (!this.isDown) return;
    this.isDown = false;
    this.ended();
  }

  // Drawn for hours, a sheet would take ever longer to draw.
  #bound() {
    const count = this.strokes.reduce((sum, { points }) => sum + points.length, 0);
    if (this.strokes.length <= MOST_STROKES && count <= MOST_POINTS) return;
    const [oldest] = this.strokes;
    this.#ground ??= made("canvas", { width: SIDE, height: SIDE });
    stroked(this.#ground.getContext("2d"), oldest);
    this.strokes.shift();
  }

  #draw() {
    const { canvas, picture } = this,
      shown = picture ?? { width: SIDE, height: SIDE };
    if (canvas.width !== shown.width || canvas.height !== shown.height) {
      [canvas.width, canvas.height] = [shown.width, shown.height];
      this.element.style.aspectRatio = `${shown.width} / ${shown.height}`;
    }
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.clearRect(0, 0, shown.width, shown.height);
    if (picture) context.drawImage(picture, 0, 0);
    else {
      context.fillStyle = "#000";
      context.fillRect(0, 0, SIDE, SIDE);
      if (this.#ground) context.drawImage(this.#ground, 0, 0);
      for (const stroke of this.strokes) stroked(context, stroke);
    }
  }

  #listen() {
    const { canvas } = this;
    const place = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      return [((clientX - box.left) * SIDE) / box.width, ((clientY - box.top) * SIDE) / box.height];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!event.isPrimary || event.button) return;
      canvas.setPointerCapture(event.pointerId);
      this.pen.hidden = true;
      this.#begin(place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.isDown || !event.isPrimary || !canvas.hasPointerCapture(event.pointerId)) return;
      const every = event.getCoalescedEvents?.() ?? [];
      this.#extend((every.length ? every : [event]).map(place));
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.#end());
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => {
      this.pen.hidden = true;
      this.#end();
    });
  }

  #key(event) {
    const step = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) {
      const size = event.shiftKey ? 1 : STEP;
      this.#at = this.#at.map((value, axis) => Math.min(SIDE, Math.max(0, value + size * step[axis])));
      if (this.isDown) this.#extend([[...this.#at]]);
    } else if (event.key === " ") {
      if (event.repeat) return event.preventDefault();
      if (this.isDown) this.#end();
      else this.#begin([...this.#at]);
    } else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else return;
    event.preventDefault();
    this.pen.hidden = false;
    this.pen.classList.toggle("down", this.isDown);
    Object.assign(this.pen.style, { left: `${(100 * this.#at[0]) / SIDE}%`, top: `${(100 * this.#at[1]) / SIDE}%` });
  }
}

function stroked(context, { width, isEraser, points }) {
  Object.assign(context, {
    lineCap: "round",
    lineJoin: "round",
    lineWidth: width,
    strokeStyle: isEraser ? "#000" : "#fff",
  });
  context.beginPath();
  context.moveTo(...points[0]);
  // A curve through the middles between the points: corners come from the hand alone.
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i],
      [nextX, nextY] = points[i + 1];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(...points.at(-1));
  context.stroke();
}
