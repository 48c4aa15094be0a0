// The three pictures of the chapter on convolution: the drawing, its map, the pooled map.

import { scaleOf } from "../colours.js";
import { cleared } from "../canvas.js";

export const CELL = 9; // CSS pixels of a value, in all three
export const ROOM = 2; // cells of padding that the drawing's canvas has room for

const MARK = "#F0E442"; // yellow: neither of the two signs

/** The drawing in grey, the padding around it, and the window under the kernel. */
export function paintDrawing(canvas, pixels, side, { padding, box, cursor }) {
  const all = side + 2 * ROOM,
    context = cleared(canvas, all, all, CELL);
  context.fillStyle = "#8884";
  context.fillRect(ROOM - padding, ROOM - padding, side + 2 * padding, side + 2 * padding);
  for (let at = 0; at < pixels.length; at++) {
    const grey = Math.round(255 * pixels[at]);
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    square(context, ROOM + (at % side), ROOM + Math.floor(at / side));
  }
  if (box) outline(context, ROOM - padding + box.x, ROOM - padding + box.y, box.size);
  if (cursor) outline(context, ROOM + cursor.x, ROOM + cursor.y, 1);
}

/** A map: 0 is black, above it blue, below it orange; the largest size has full colour. */
export function paintMap(canvas, values, most, colours, mark) {
  const side = Math.sqrt(values.length),
    context = cleared(canvas, most, most, CELL);
  const scale = scaleOf(values, 1e-12);
  for (let at = 0; at < values.length; at++) {
    const share = Math.min(1, Math.abs(values[at]) / scale);
    const [red, green, blue] = colours[values[at] > 0 ? 0 : 1].map((part) => Math.round(part * share));
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    square(context, at % side, Math.floor(at / side));
  }
  if (mark) outline(context, mark.x, mark.y, 1);
}

// A little over its edge, so that no line of the page shines through between two of a colour.
const square = (context, x, y) => context.fillRect(x, y, 1.02, 1.02);

function outline(context, x, y, size) {
  context.lineWidth = 0.25;
  context.strokeStyle = MARK;
  context.strokeRect(x, y, size, size);
}
