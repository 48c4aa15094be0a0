// Ink as the network expects it: nnlab/drawing/preprocess.py, made the way MNIST was made.

import { EmptyDrawing } from "./greyscale.js";
import { resized } from "./resample.js";
import { maximum, roundEven } from "./statistics.js";
import { largest } from "./windows.js";

export const SIDE = 28;
const LONGER_SIDE = 20; // pixels of the digit within it
const CENTRE = 14; // row and column that the centre of mass comes to, up to half a pixel
const THINNEST = 2.2; // pixels of 28: a finer pen is thickened before it is scaled down
const SOFT_RIM = 0.25; // ink fainter than this does not widen the box around a large drawing

/** The steps from the ink on.
 *
 * @param {Float32Array} ink [height × width], 0 to 1
 * @returns {{box: [number, number, number, number], result: Float32Array}} `box` of the ink: top, left, bottom, right,
 *   the last two exclusive; `result` [28 × 28], what the network receives
 * @throws {EmptyDrawing} there is no ink
 */
export function fromInk(ink, width, height) {
  const box = boxOf(ink, width, height), [top, left, bottom, right] = box;
  const cut = { width: right - left, height: bottom - top, values: new Float32Array((right - left) * (bottom - top)) };
  for (let row = top, at = 0; row < bottom; row++, at += cut.width) {
    cut.values.set(ink.subarray(row * width + left, row * width + right), at);
  }
  return { box, result: centred(scaled(cut)) };
}

// In a large picture the soft rim of a stroke lies outside of its extent.
function boxOf(ink, width, height) {
  const edge = Math.max(width, height) > 2 * SIDE && maximum(ink) > SOFT_RIM ? SOFT_RIM : 0;
  const box = [height, width, 0, 0];
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!(ink[at] > edge)) continue;
      if (row < box[0]) box[0] = row;
      if (column < box[1]) box[1] = column;
      box[2] = row + 1;
      if (column >= box[3]) box[3] = column + 1;
    }
  }
  if (!box[2]) throw new EmptyDrawing("");
  return box;
}

function scaled(cut) {
  let found = cut, scale = LONGER_SIDE / Math.max(cut.width, cut.height);
  if (scale < 0.5) {
    found = thickened(cut, scale);
    scale = LONGER_SIDE / Math.max(found.width, found.height);
  }
  const size = [found.width, found.height].map((side) => Math.max(1, roundEven(side * scale)));
  const made = resized(found, ...size, "bicubic");
  for (let i = 0; i < made.values.length; i++) made.values[i] = Math.min(1, Math.max(0, made.values[i]));
  return made;
}

// Strokes at least `THINNEST` wide once scaled.
function thickened({ width, height, values }, scale) {
  let area = 0, edges = 0;
  const solid = (row, column) =>
    row >= 0 && row < height && column >= 0 && column < width && values[row * width + column] > 0.5;
  for (let row = 0; row <= height; row++) {
    for (let column = 0; column <= width; column++) {
      const here = solid(row, column);
      area += Number(here);
      edges += Number(here !== solid(row - 1, column)) + Number(here !== solid(row, column - 1));
    }
  }
  // A stroke of length l and width w has area l·w and, seen along both axes, about 8/π·l of edge.
  const stroke = ((8 / Math.PI) * area) / Math.max(edges, 1);
  const reach = roundEven((THINNEST / scale - stroke) / 2);
  if (area === 0 || reach < 1) return { width, height, values };
  const wide = { width: width + 2 * reach, height: height + 2 * reach };
  const padded = new Float32Array(wide.width * wide.height);
  for (let row = 0; row < height; row++) {
    padded.set(values.subarray(row * width, (row + 1) * width), (row + reach) * wide.width + reach);
  }
  return { ...wide, values: largest(padded, wide.width, wide.height, reach) };
}

// A digit so lopsided that it would stick out is kept whole instead.
function centred({ width, height, values }) {
  let mass = 0, row = 0, column = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      mass += values[at];
      row += y * values[at];
      column += x * values[at];
    }
  }
  const top = Math.min(Math.max(Math.floor(CENTRE + 0.5 - row / mass), 0), SIDE - height);
  const left = Math.min(Math.max(Math.floor(CENTRE + 0.5 - column / mass), 0), SIDE - width);
  const result = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) {
    result.set(values.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  }
  return result;
}
