// What each layer makes of the picture: its maps or units, and the value that is pointed at.

import { moved, placeAt } from "../layer_places.js";
import { sizeOf } from "../layers.js";
import { formatted } from "../format.js";
import { _ } from "../texts.js";
import { made } from "./shell.js";

const SAME = new Set(["flatten", "dropout"]); // layers whose values are those before them
const FOR = [86, 180, 233],
  AGAINST = [230, 159, 0]; // above 0 and below, as on the lab's pages
const WIDTH = 690; // pixels that a layer takes at most

export class Xray {
  #picture = null;

  /** @param {import("../drawing/reader.js").DigitReader} reader
   * @param {[string, string, string][]} lines name, shape and parameters of each layer
   * @param {string[]} names of the classes
   * @param {number[]} [shape] channels, height and width of what the network receives
   */
  constructor(reader, lines, names, shape = [1, 28, 28]) {
    this.size = sizeOf(shape);
    this.network = reader.network(1);
    this.tensors = reader.tensors;
    this.names = names;
    const shown = this.network.shapes.map((shape, index) => ({
      index,
      shape,
      name: lines?.[index]?.[0] ?? reader.layers[index].kind,
    }));
    const layers = shown.filter(({ index }) => !SAME.has(reader.layers[index].kind));
    this.layers = [{ index: -1, shape, name: _("Input") }, ...layers].map((layer) => this.#made(layer));
    this.hint = made(
      "p",
      { className: "word" },
      _(
        "The picture on its way through the network: blue is above 0, orange below. Point at a value, or go there with the arrow keys.",
      ),
    );
    this.element = made(
      "details",
      { className: "xray", open: true },
      made("summary", {}, made("h2", {}, _("X-ray"))),
      this.hint,
      ...this.layers.map(({ section }) => section),
    );
    this.element.addEventListener("toggle", () => this.draw(this.#picture));
    // Layers that are out of sight are not painted while the pen moves.
    this.seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) target.isSeen = isIntersecting;
      this.draw(this.#picture);
    });
    for (const { section } of this.layers) this.seen.observe(section);
  }

  /** Draw the layers for what the network receives, row by row, channel after channel; null: nothing. */
  draw(picture) {
    this.#picture = picture;
    if (!this.element.open || !this.layers.some(({ section }) => section.isSeen)) return;
    this.network.forward(this.tensors, picture ?? new Float32Array(this.size), 1, { keep: true });
    for (const layer of this.layers) if (layer.section.isSeen) this.#paint(layer, Boolean(picture));
  }

  #made({ index, shape, name }) {
    const [count, high, wide] = shape.length === 3 ? shape : [shape.reduce((product, size) => product * size, 1), 1, 1];
    const isUnit = high * wide === 1;
    const tile = isUnit
      ? count <= 24
        ? 24
        : count <= 128
          ? 16
          : 8
      : count === 1
        ? 112
        : count <= 32
          ? 80
          : count <= 128
            ? 56
            : 32;
    const zoom = isUnit ? 4 : Math.ceil(24 / wide),
      gap = 1;
    const columns = Math.min(count, Math.max(1, Math.floor(WIDTH / (tile + (gap * tile) / (wide * zoom)))));
    const width = columns * (wide * zoom + gap) - gap,
      height = Math.ceil(count / columns) * (high * zoom + gap) - gap;
    const canvas = made("canvas", { width, height, tabIndex: 0, role: "img" }),
      mark = made("u", { hidden: true });
    const said = made("output", {});
    const sheet = made("div", { className: "maps" }, canvas, mark);
    Object.assign(sheet.style, {
      width: `${Math.round((width * tile) / (wide * zoom))}px`,
      aspectRatio: `${width} / ${height}`,
    });
    const section = made("section", {}, made("h3", {}, `${name} · ${shape.join("×")}`), said, sheet);
    const layer = {
      index,
      count,
      high,
      wide,
      zoom,
      gap,
      columns,
      width,
      height,
      canvas,
      mark,
      said,
      section,
      isUnit,
      at: null,
      name,
    };
    const point = (at) => {
      layer.at = at;
      this.#say(layer);
    };
    sheet.onpointermove = (event) => {
      const box = canvas.getBoundingClientRect();
      point(placeAt(layer, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
    };
    sheet.onpointerdown = sheet.onpointermove;
    canvas.onkeydown = (event) => {
      const at = moved(layer, layer.at ?? { layer: index, unit: 0, row: 0, column: 0 }, event.key);
      if (!at) return;
      event.preventDefault();
      point(at);
    };
    this.#say(layer); // a layer has a name before it is in sight
    return layer;
  }

  #value({ index, high, wide }, { unit, row, column }) {
    return this.network.unit(index, unit * high * wide + row * wide + column)[0];
  }

  #paint(layer, isDrawn) {
    const { index, count, high, wide, zoom, gap, columns, width, height, canvas } = layer;
    const context = canvas.getContext("2d"),
      image = context.createImageData(width, height),
      { data } = image;
    const size = high * wide,
      values = new Float32Array(count * size);
    for (let i = 0; i < values.length; i++) values[i] = this.network.unit(index, i)[0];
    let most = 0;
    for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) most = Math.max(most, Math.abs(values[i]));
    const colour = [0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      const value = isDrawn ? values[i] : 0,
        unit = Math.floor(i / size),
        row = Math.floor((i % size) / wide),
        column = i % wide;
      for (let c = 0; c < 3; c++) {
        colour[c] = !Number.isFinite(value)
          ? 128
          : index < 0
            ? 255 * value
            : (value > 0 ? FOR : AGAINST)[c] * (Math.abs(value) / (most || 1));
      }
      const left = (unit % columns) * (wide * zoom + gap) + column * zoom;
      const top = Math.floor(unit / columns) * (high * zoom + gap) + row * zoom;
      for (let y = top; y < top + zoom; y++) {
        for (let x = left, at = 4 * (y * width + left); x < left + zoom; x++, at += 4) {
          [data[at], data[at + 1], data[at + 2], data[at + 3]] = [colour[0], colour[1], colour[2], 255];
        }
      }
    }
    context.putImageData(image, 0, 0);
    this.#say(layer);
  }

  #say(layer) {
    const { at, mark, said, canvas, name, isUnit, index } = layer;
    mark.hidden = !at;
    if (at) {
      const place = isUnit
        ? this.#unitName(layer, at.unit)
        : _("map {map}, row {row}, column {column}", { map: at.unit + 1, row: at.row + 1, column: at.column + 1 });
      const value = this.#picture ? formatted(this.#value(layer, at), ".4f") : "–";
      said.textContent = _("{place}: {value}", { place, value });
      const left = (at.unit % layer.columns) * (layer.wide * layer.zoom + layer.gap) + at.column * layer.zoom;
      const top = Math.floor(at.unit / layer.columns) * (layer.high * layer.zoom + layer.gap) + at.row * layer.zoom;
      const share = (value, whole) => `${(100 * value) / whole}%`;
      Object.assign(mark.style, {
        left: share(left, layer.width),
        top: share(top, layer.height),
        width: share(layer.zoom, layer.width),
        height: share(layer.zoom, layer.height),
      });
    } else said.textContent = "";
    const label = at
      ? _("{name}. {said}", { name, said: said.textContent })
      : index < 0
        ? _("What the network receives.")
        : name;
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
  }

  #unitName({ index }, unit) {
    const isLast = index === this.network.shapes.length - 1;
    return isLast && this.names[unit] !== undefined
      ? _("unit {number}, for {name}", { number: unit + 1, name: this.names[unit] })
      : _("unit {number}", { number: unit + 1 });
  }
}
