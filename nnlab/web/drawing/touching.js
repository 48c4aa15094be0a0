// Digits that touch, where two of them are one part and where to cut it: nnlab/drawing/touching.py.

import { strokeWidth } from "./parts.js";
import { resized } from "./resample.js";
import { roundEven } from "./statistics.js";

const HEIGHT = 40; // rows that a part is looked at in
const ALLOWED = [
  [1.3, 0.8],
  [1.5, 1.2],
  [1.9, 2.2],
]; // from so many times as wide as high on, a cut may cross so many strokes
const TALL = 0.62; // of the part's height: each side of a cut is a digit, and no bar or foot of one
const LIGHTEST = 0.14; // of the part's ink, on each side
const WIDEST = 12; // times as wide as high: what is wider is a line, and no row of digits that all touch
const MOST_WAYS = 60; // ways that are tried, the cheapest first
const SLANT = 0.03; // what a step aside costs, in pixels of ink

/** The digits of ink that hangs together, from the left, each as large as the whole; the whole alone where they are one.
 * @param {{width: number, height: number, values: Float32Array}} ink cut out
 */
export function cut(ink) {
  const { width, height } = ink;
  if (!(ALLOWED[0][0] * height <= width && width <= WIDEST * height)) return [ink];
  const small = smallOf(ink),
    way = wayThrough(small);
  if (!way) return [ink];
  const borders = Array.from({ length: height }, (_row, row) => {
    const place = ((row + 0.5) * small.height) / height - 0.5;
    return (between(way, place) * width) / small.width;
  });
  const pieces = [];
  for (const isLeft of [true, false]) {
    const alone = new Float32Array(ink.values.length),
      box = [height, width, 0, 0];
    for (let row = 0, at = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at++) {
        if (column + 0.5 < borders[row] !== isLeft) continue;
        alone[at] = ink.values[at];
        if (!(alone[at] > 0.5)) continue;
        box[0] = Math.min(box[0], row);
        box[1] = Math.min(box[1], column);
        box[2] = row + 1;
        box[3] = Math.max(box[3], column + 1);
      }
    }
    if (!box[2]) return [ink]; // ink so faint that only the small picture shows it
    const [top, left, bottom, right] = box;
    const inner = {
      width: right - left,
      height: bottom - top,
      values: new Float32Array((right - left) * (bottom - top)),
    };
    for (let row = top, at = 0; row < bottom; row++, at += inner.width)
      inner.values.set(alone.subarray(row * width + left, row * width + right), at);
    for (const piece of cut(inner)) {
      const whole = new Float32Array(alone.length);
      for (let row = top, at = 0; row < bottom; row++, at += inner.width)
        whole.set(piece.values.subarray(at, at + inner.width), row * width + left);
      pieces.push({ width, height, values: whole });
    }
  }
  return pieces;
}

// Linear between the values of a way, its first and last beyond its ends.
function between(way, place) {
  const before = Math.floor(place);
  if (before < 0) return way[0];
  if (before >= way.length - 1) return way.at(-1);
  return (way[before + 1] - way[before]) * (place - before) + way[before];
}

function smallOf({ width, height, values }) {
  const made = resized(
    { width, height, values },
    Math.max(2, roundEven((width * HEIGHT) / height)),
    HEIGHT,
    "bilinear",
  );
  for (let i = 0; i < made.values.length; i++) made.values[i] = Math.min(1, Math.max(0, made.values[i]));
  return made;
}

// The column where a cut enters each row's right side; null where none is to be.
function wayThrough(ink) {
  const { width: columns, height: rows, values } = ink;
  const allowed =
    Math.max(...ALLOWED.filter(([wide]) => columns >= wide * rows - 1).map(([, most]) => most)) *
    Math.max(1, strokeWidth(ink));
  const { costs, ways } = waysThrough(ink);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  const ends = [];
  for (let end = 0; end < columns; end++) {
    let left = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < ways[row * columns + end]; column++) left += values[row * columns + column];
    }
    if (Math.min(left, total - left) >= LIGHTEST * total && costs[end] <= allowed) ends.push(end);
  }
  ends.sort((one, other) => costs[one] - costs[other]);
  for (const end of ends.slice(0, MOST_WAYS)) {
    const way = Array.from({ length: rows }, (_row, row) => ways[row * columns + end]);
    if (isTall(ink, way, true) && isTall(ink, way, false)) return way;
  }
  return null;
}

function isTall({ width, height, values }, way, isLeft) {
  let first = -1,
    last = -1;
  for (let row = 0; row < height; row++) {
    const [from, to] = isLeft ? [0, way[row]] : [way[row], width];
    let seen = false;
    for (let column = from; column < to; column++) seen ||= values[row * width + column] > 0.5;
    if (!seen) continue;
    if (first < 0) first = row;
    last = row;
  }
  return first >= 0 && last - first + 1 >= TALL * height;
}

// For each column at the bottom the least ink on a way there, and the way [rows × columns]: dynamic programming, a step
// down goes straight or one column aside.
function waysThrough({ width: columns, height: rows, values }) {
  let costs = Float64Array.from(values.subarray(0, columns));
  const steps = new Int8Array(rows * columns);
  for (let row = 1; row < rows; row++) {
    const next = new Float64Array(columns);
    for (let column = 0; column < columns; column++) {
      let least = Infinity,
        step = -1;
      for (let aside = -1; aside <= 1; aside++) {
        const cost =
          column + aside < 0 || column + aside >= columns ? Infinity : costs[column + aside] + (aside ? SLANT : 0);
        if (cost < least) [least, step] = [cost, aside];
      }
      steps[row * columns + column] = step;
      next[column] = least + values[row * columns + column];
    }
    costs = next;
  }
  const ways = new Int32Array(rows * columns);
  for (let column = 0; column < columns; column++) ways[(rows - 1) * columns + column] = column;
  for (let row = rows - 1; row > 0; row--) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      ways[at - columns] = ways[at] + steps[row * columns + ways[at]];
    }
  }
  return { costs, ways };
}
