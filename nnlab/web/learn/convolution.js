// A kernel that is dragged over a drawing: the window, the products and their sum, the map, the pooled map.

import { number } from "../format.js";
import { bytesOf } from "../payload.js";
import { _ } from "../texts.js";
import { CELL, ROOM, paintDrawing, paintMap } from "./convolution_paint.js";
import { convolved, pooled, sideOfMap, summed, windowAt } from "./convolution_values.js";

const PEN = 1.4; // half the width of the pen, in pixels of the drawing
const LARGEST = 100; // a value of the kernel, without its sign
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// What each tool does by hand and by keyboard.
const helpOf = (tool) =>
  ({
    move: _("Drag the kernel, or move it by the arrow keys."),
    pen: _("Drag to draw. Arrow keys move the pen, Space draws a dot."),
    eraser: _("Drag to erase. Arrow keys move the eraser, Space erases a dot."),
  })[tool];

const content = () => `
<div class="tools" role="group" aria-label="${_("What dragging does")}">
<button name="move" aria-pressed="true">${_("Move the kernel")}</button><button name="pen" aria-pressed="false">${_("Draw")}</button>
<button name="eraser" aria-pressed="false">${_("Erase")}</button><button name="clear">${_("Clear")}</button>
<button name="digit">${_("The digit")}</button></div>
<figure><figcaption>${_("Your drawing")}</figcaption><canvas name="drawing" tabindex="0" role="application"></canvas><p></p></figure>
<section><div><h6>${_("window")}</h6><div name="window" class="grid"></div></div>
<div><h6>${_("× kernel")}</h6><div name="kernel" class="grid"></div></div>
<div><h6>${_("= products")}</h6><div name="products" class="grid"></div></div>
<output aria-live="off"></output></section>
<figure><figcaption></figcaption><canvas name="map" role="img"></canvas></figure>
<figure><figcaption></figcaption><canvas name="pooled" role="img"></canvas></figure>`;

export function draw({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".nnlab-convolution");
  const view = (element.view ??= new Convolution(element));
  view.send = (what) => setTriggerValue("changed", what);
  view.take(data);
}

export function drop() {}

class Convolution {
  constructor(element) {
    element.innerHTML = content();
    this.element = element;
    this.tool = "move";
    this.cursor = { x: 14, y: 14 };
    [this.drawing, this.map, this.pool] = ["drawing", "map", "pooled"].map((name) => this.at(name));
    element.addEventListener("click", ({ target }) => this.press(target.name));
    this.drawing.addEventListener("keydown", (event) => this.key(event));
    this.drag(this.drawing, (x, y) => this.touch(x, y));
    this.drag(this.map, (x, y) => this.moveTo(Math.floor(y), Math.floor(x)));
    this.at("kernel").addEventListener("change", ({ target }) => this.edit(target));
    for (const event of ["focus", "blur"]) this.drawing.addEventListener(event, () => this.paint());
  }

  at(name) {
    return this.element.querySelector(`[name=${name}]`);
  }

  /** What the page says. The drawing, the kernel and the place are this browser's, until the page changes them. */
  take(data) {
    this.data = data;
    if (data.version !== this.version) {
      this.version = data.version;
      this.said = null; // the page holds something else than what it heard last
      this.kernel = [...data.kernel];
      this.pixels = Float32Array.from(bytesOf(data.drawing), (byte) => byte / 255);
      this.place = { row: data.row, column: data.column };
      this.buildGrids();
    }
    this.moveTo(this.place.row, this.place.column);
  }

  get size() {
    return Math.sqrt(this.kernel.length);
  }

  buildGrids() {
    const { size } = this;
    for (const name of ["window", "kernel", "products"]) {
      const grid = this.at(name);
      grid.style.gridTemplateColumns = `repeat(${size}, 1fr)`;
      grid.replaceChildren(...this.kernel.map((_value, i) => this.cell(name, i, size)));
    }
  }

  cell(name, i, size) {
    if (name !== "kernel") return document.createElement("span");
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "decimal", value: String(Number(this.kernel[i].toFixed(4))) });
    const where = { row: Math.floor(i / size) + 1, column: (i % size) + 1 };
    input.setAttribute("aria-label", _("Kernel, row {row}, column {column}", where));
    return input;
  }

  edit(input) {
    const value = Number(input.value.replace(",", ".").replace("−", "-"));
    const isGood = input.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= LARGEST;
    input.setAttribute("aria-invalid", String(!isGood));
    const limits = { most: LARGEST };
    input.title = isGood ? "" : _("A number from −{most} to {most}.", limits);
    input.setCustomValidity(input.title);
    input.reportValidity();
    if (!isGood) return;
    this.kernel[[...input.parentElement.children].indexOf(input)] = value;
    this.paint();
    this.tell();
  }

  press(name) {
    if (["move", "pen", "eraser"].includes(name)) {
      this.tool = name;
      for (const one of ["move", "pen", "eraser"]) this.at(one).setAttribute("aria-pressed", String(one === name));
    } else if (name === "clear") this.pixels.fill(0);
    else if (name === "digit") this.pixels = Float32Array.from(bytesOf(this.data.digit), (byte) => byte / 255);
    else return;
    this.paint();
    if (name === "clear" || name === "digit") this.tell();
  }

  // While a finger is down the picture follows; the page hears of it when it is lifted.
  drag(canvas, touch) {
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      touch((event.clientX - box.left) / CELL, (event.clientY - box.top) / CELL);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.before = null;
      at(event);
    });
    canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && at(event));
    canvas.addEventListener("lostpointercapture", () => {
      this.before = null;
      this.tell();
    });
  }

  // x and y in cells of the drawing's canvas.
  touch(x, y) {
    if (this.tool === "move") {
      const { stride, padding } = this.data,
        half = this.size / 2;
      const of = (at) => Math.round((at - ROOM + padding - half) / stride);
      this.moveTo(of(y), of(x));
      return;
    }
    const to = { x: x - ROOM - 0.5, y: y - ROOM - 0.5 },
      from = this.before ?? to;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
    for (let i = 0; i <= steps; i++)
      this.dot(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
    this.before = to;
    this.paint();
  }

  dot(x, y) {
    const { side } = this.data;
    for (let row = Math.floor(y - 3); row <= y + 3; row++) {
      for (let column = Math.floor(x - 3); column <= x + 3; column++) {
        if (row < 0 || column < 0 || row >= side || column >= side) continue;
        const ink = Math.min(1, Math.max(0, PEN + 0.5 - Math.hypot(column - x, row - y))),
          at = row * side + column;
        const value = this.tool === "pen" ? Math.max(this.pixels[at], ink) : Math.min(this.pixels[at], 1 - ink);
        this.pixels[at] = Math.round(255 * value) / 255;
      }
    }
  }

  key(event) {
    const step = ARROWS[event.key];
    if (this.tool === "move" && step) this.moveTo(this.place.row + step[0], this.place.column + step[1]);
    else if (step) {
      const inside = (at) => Math.min(this.data.side - 1, Math.max(0, at));
      this.cursor = { x: inside(this.cursor.x + step[1]), y: inside(this.cursor.y + step[0]) };
      this.paint();
    } else if (this.tool !== "move" && (event.key === " " || event.key === "Enter")) {
      this.dot(this.cursor.x, this.cursor.y);
      this.paint();
    } else return;
    event.preventDefault();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.tell(), 250);
  }

  moveTo(row, column) {
    const { side, stride, padding } = this.data,
      last = sideOfMap(side, this.size, stride, padding) - 1;
    const inside = (at) => Math.min(last, Math.max(0, at));
    this.place = { row: inside(row), column: inside(column) };
    this.paint();
  }

  tell() {
    const bytes = String.fromCharCode(...this.pixels.map((value) => Math.round(255 * value)));
    const said = JSON.stringify({ drawing: btoa(bytes), kernel: this.kernel, ...this.place });
    if (said === this.said) return;
    this.said = said;
    this.send(JSON.parse(said));
  }

  paint() {
    const { data, kernel, pixels, place, size } = this,
      { side, stride, padding, colours } = data;
    const map = convolved(pixels, side, kernel, stride, padding),
      m = Math.sqrt(map.length);
    const found = windowAt(pixels, side, size, stride, padding, place.row, place.column);
    const isDrawing = this.tool !== "move" && document.activeElement === this.drawing;
    const box = { x: place.column * stride, y: place.row * stride, size };
    paintDrawing(this.drawing, pixels, side, { padding, box, cursor: isDrawing ? this.cursor : null });
    paintMap(this.map, map, side + 2 * ROOM - 2, colours, { x: place.column, y: place.row });
    this.fill("window", found);
    this.fill(
      "products",
      found.map((value, i) => value * kernel[i]),
    );
    const value = summed(found, kernel),
      where = { row: place.row + 1, column: place.column + 1 };
    this.element.querySelector("output").textContent = _("sum {value}", { value: number(value, 4) });
    const said = _("Kernel at row {row}, column {column} of the map", where);
    const name = this.tool === "move" ? _("{said}: sum {value}", { said, value: number(value, 4) }) : this.pen();
    const help = helpOf(this.tool);
    this.drawing.setAttribute("aria-label", _("{name}. {help}", { name, help }));
    this.drawing.nextElementSibling.textContent = help;
    caption(this.map, _("Feature map, {m} × {m}", { m }));
    const kind = data.pooling,
      half = Math.floor(m / 2);
    this.pool.parentElement.hidden = kind === "none";
    if (kind === "none") return;
    paintMap(this.pool, pooled(map, kind), 15, colours, null);
    caption(
      this.pool,
      kind === "max"
        ? _("Largest of each 2×2, {half} × {half}", { half })
        : _("Mean of each 2×2, {half} × {half}", { half }),
    );
  }

  // Where the pen of the keyboard is.
  pen() {
    const where = { row: this.cursor.y + 1, column: this.cursor.x + 1 };
    return this.tool === "pen"
      ? _("Pen at row {row}, column {column} of the drawing", where)
      : _("Eraser at row {row}, column {column} of the drawing", where);
  }

  fill(name, values) {
    [...this.at(name).children].forEach((cell, i) => (cell.textContent = number(values[i], 2)));
  }
}

function caption(canvas, text) {
  canvas.previousElementSibling.textContent = text;
  canvas.setAttribute("aria-label", text);
}
