// Any pixels as one grey picture of a workable size: nnlab/drawing/greyscale.py, to the same numbers.

import { reduced, resized } from "./resample.js";
import { median, roundEven } from "./statistics.js";
import { _ } from "../texts.js";

export const LONGEST_SIDE = 800;
const RED = Math.fround(0.299),
  GREEN = Math.fround(0.587),
  BLUE = Math.fround(0.114);

/** A picture on which nothing is drawn. */
export class EmptyDrawing extends Error {}

/** What the lab's server would read otherwise: the picture is to be left to it, or the difference told. */
export class NotReproduced extends Error {}

/** The picture in greys, 0 black to 1, its longer side at most `LONGEST_SIDE`.
 *
 * @param {{width: number, height: number, data: Uint8ClampedArray}} pixels RGBA, as ImageData has them
 * @returns {{width: number, height: number, values: Float32Array}}
 * @throws {EmptyDrawing} it is wholly transparent
 */
export function toGrey(pixels) {
  const factor = Math.floor(Math.max(pixels.width, pixels.height) / LONGEST_SIDE);
  const { width, height, data } = factor < 2 ? pixels : reduced(pixels, factor);
  const values = new Float32Array(width * height),
    shades = new Float32Array(256);
  for (let i = 0; i < 256; i++) shades[i] = i / 255;
  let transparent = false,
    colour = -1,
    shade = 0; // neighbours are mostly of one colour
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const next = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);
    if (next !== colour) {
      const red = Math.fround(shades[data[at]] * RED),
        green = Math.fround(shades[data[at + 1]] * GREEN);
      shade = Math.min(1, Math.fround(red + green) + Math.fround(shades[data[at + 2]] * BLUE));
      colour = next;
    }
    values[i] = shade;
    if (data[at + 3] < 255) transparent = true;
  }
  return workable({ width, height, values: transparent ? onPaper(values, data) : values });
}

// What is transparent becomes paper: the shade of the opaque part where that is most of the picture,
// otherwise (strokes on nothing) the far end from the strokes.
function onPaper(values, data) {
  const alpha = new Float32Array(values.length);
  let opaque = 0,
    shade = 0;
  for (let i = 0; i < alpha.length; i++) {
    alpha[i] = data[4 * i + 3] / 255;
    opaque += alpha[i];
    shade += values[i] * alpha[i];
  }
  if (opaque === 0) throw new EmptyDrawing(_("the picture is wholly transparent"));
  let paper = shade < 0.5 * opaque ? 1 : 0;
  if (opaque / alpha.length > 0.5) paper = median(values.filter((_value, i) => alpha[i] > 0.5));
  const found = new Float32Array(values.length);
  for (let i = 0; i < found.length; i++) {
    found[i] = Math.min(1, Math.fround(values[i] * alpha[i]) + Math.fround(paper * Math.fround(1 - alpha[i])));
  }
  return found;
}

function workable(grey) {
  const scale = LONGEST_SIDE / Math.max(grey.height, grey.width);
  if (scale >= 1) return grey;
  const size = [grey.width, grey.height].map((side) => Math.max(1, roundEven(side * scale)));
  return resized(grey, ...size, "box");
}
