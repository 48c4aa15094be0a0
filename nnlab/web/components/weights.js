// The weights of a first layer as small pictures on one sheet, as they come over the wire.

import { bytesOf } from "../payload.js";
import { stage } from "../stage.js";

const GAP = 1; // pixels between two pictures

export function draw({ data, parentElement }) {
  const element = parentElement.querySelector(".nnlab-sheet");
  const view = (element.view ??= new SheetView(element));
  view.data = data;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", data.alt);
  view.paint(new Float32Array(bytesOf(data.values).buffer));
  stage.add(view);
}

export function drop() {}

class SheetView {
  constructor(element) {
    this.element = element;
    this.canvas = element.appendChild(document.createElement("canvas"));
  }

  draw({ tensors }) {
    const tensor = tensors.get(this.data.tensor);
    if (tensor && stage.run === this.data.run) this.paint(tensor.data);
  }

  // 0 is black; the largest size has full colour: of all, or of each picture's own.
  paint(values) {
    const { count, channels, high, wide, columns, zoom, own, colours } = this.data;
    const maps = count * channels,
      rows = Math.ceil(maps / columns);
    const context = this.#sized(columns * (wide * zoom + GAP) - GAP, rows * (high * zoom + GAP) - GAP);
    context.imageSmoothingEnabled = false;
    const tile = new OffscreenCanvas(wide, high),
      pen = tile.getContext("2d");
    const image = pen.createImageData(wide, high);
    const [whole, each] = [largest(values, 0, maps * high * wide), channels * high * wide];
    for (let map = 0; map < maps; map++) {
      const from = map * high * wide,
        unit = Math.floor(map / channels);
      const scale = own ? largest(values, unit * each, (unit + 1) * each) : whole;
      for (let i = 0; i < high * wide; i++) {
        const value = values[from + i],
          share = Math.min(1, Math.abs(value) / scale);
        const colour = colours[value > 0 ? 0 : 1];
        const [red, green, blue] = Number.isFinite(value) ? colour.map((c) => c * share) : [128, 128, 128];
        image.data.set([red, green, blue, 255], 4 * i);
      }
      pen.putImageData(image, 0, 0);
      const [left, top] = [map % columns, Math.floor(map / columns)];
      context.drawImage(tile, left * (wide * zoom + GAP), top * (high * zoom + GAP), wide * zoom, high * zoom);
    }
  }

  #sized(width, height) {
    const { canvas } = this,
      context = canvas.getContext("2d");
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    else context.clearRect(0, 0, width, height);
    return context;
  }
}

function largest(values, from, to) {
  let found = 1e-12;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i]);
    if (size > found && size !== Infinity) found = size;
  }
  return found;
}
