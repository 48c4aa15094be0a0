// Ink as the network expects it: nnlab/drawing/preprocess.py, made the way MNIST was made.

import { EmptyDrawing } from "./greyscale.js";
import { strokeWidth } from "./parts.js";
import { resized } from "./resample.js";
import { maximum, roundEven } from "./statistics.js";
import { largest } from "./windows.js";

export const SIDE = 28;
const LONGER_SIDE = 20; // pixels of the digit within it
const CENTRE = 14; // row and column that the centre of mass comes to, up to half a pixel
const THINNEST = 2.2; // pixels of 28: a finer pen is thickened before it is scaled down
const FINE = 1.1; // pixels of 28: lines of a small picture that are finer are thickened, too
const ENLARGED = 8; // a small picture of fine lines becomes so many times as large before they are thickened
const SOFT_RIM = 0.25; // ink fainter than this does not widen the box around a large drawing

/** The steps from the ink on.
 *
 * @param {Float32Array} ink [height × width], 0 to 1
 * @param {number[]} [box] of the ink, where it is known
 * @returns {{box: [number, number, number, number], result: Float32Array}} `box` of the ink: top, left, bottom, right,
 *   the last two exclusive; `result` [28 × 28], what the network receives
 * @throws {EmptyDrawing} there is no ink
 */
export function fromInk(ink, width, height, box = inkBox(ink, width, height)) {
  const cut = cutOut(ink, width, box);
  const isEnlarged = isFine(cut) && !isMadeAsMnist(ink, width, height, box);
  return { box, result: centred(scaled(isEnlarged ? enlarged(cut) : cut)) };
}

/** What lies in a box. */
export function cutOut(ink, width, [top, left, bottom, right]) {
  const found = {
    width: right - left,
    height: bottom - top,
    values: new Float32Array((right - left) * (bottom - top)),
  };
  for (let row = top, at = 0; row < bottom; row++, at += found.width) {
    found.values.set(ink.subarray(row * width + left, row * width + right), at);
  }
  return found;
}

/** The extent of the ink: top, left, bottom, right. In a large picture the soft rim of a stroke lies outside of it.
 * @throws {EmptyDrawing} there is no ink
 */
export function inkBox(ink, width, height) {
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
  let found = cut,
    scale = LONGER_SIDE / Math.max(cut.width, cut.height);
  if (scale < 0.5) {
    found = thickened(cut, scale);
    scale = LONGER_SIDE / Math.max(found.width, found.height);
  }
  const size = [found.width, found.height].map((side) => Math.max(1, roundEven(side * scale)));
  return clipped(resized(found, ...size, "bicubic"));
}

function clipped(made) {
  for (let i = 0; i < made.values.length; i++) made.values[i] = Math.min(1, Math.max(0, made.values[i]));
  return made;
}

// Whether a small digit has lines of about a pixel.
function isFine(cut) {
  const scale = LONGER_SIDE / Math.max(cut.width, cut.height);
  if (scale < 0.5) return false;
  const wide = strokeWidth(cut) * scale;
  return wide > 0 && wide < FINE;
}

// Whether it has MNIST's own size and place: one digit in a thousand of MNIST is as fine.
function isMadeAsMnist(ink, width, height, [top, left, bottom, right]) {
  if (width !== SIDE || height !== SIDE || Math.max(bottom - top, right - left) !== LONGER_SIDE) return false;
  const { row, column } = centreOf({ width, height, values: ink });
  return Math.abs(row - CENTRE) <= 1 && Math.abs(column - CENTRE) <= 1;
}

function enlarged({ width, height, values }) {
  return clipped(resized({ width, height, values }, width * ENLARGED, height * ENLARGED, "bicubic"));
}

// Strokes at least `THINNEST` wide once scaled.
function thickened({ width, height, values }, scale) {
  const stroke = strokeWidth({ width, height, values });
  const reach = roundEven((THINNEST / scale - stroke) / 2);
  if (stroke === 0 || reach < 1) return { width, height, values };
  const wide = { width: width + 2 * reach, height: height + 2 * reach };
  const padded = new Float32Array(wide.width * wide.height);
  for (let row = 0; row < height; row++) {
    padded.set(values.subarray(row * width, (row + 1) * width), (row + reach) * wide.width + reach);
  }
  return { ...wide, values: largest(padded, wide.width, wide.height, reach) };
}

// A digit so lopsided that it would stick out is kept whole instead.
function centred({ width, height, values }) {
  const { row, column } = centreOf({ width, height, values });
  const top = Math.min(Math.max(Math.floor(CENTRE + 0.5 - row), 0), SIDE - height);
  const left = Math.min(Math.max(Math.floor(CENTRE + 0.5 - column), 0), SIDE - width);
  const result = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) {
    result.set(values.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  }
  return result;
}

// The centre of mass, in rows and columns from 0.
function centreOf({ width, height, values }) {
  let mass = 0,
    row = 0,
    column = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      mass += values[at];
      row += y * values[at];
      column += x * values[at];
    }
  }
  return { row: row / mass, column: column / mass };
}
