// Several digits in one picture: nnlab/drawing/split.py, to the same boxes.

import { toGrey } from "./greyscale.js";
import { findInk } from "./ink.js";
import { findParts, longer } from "./parts.js";
import { SIDE, cutOut, fromInk, inkBox } from "./preprocess.js";
import { cut } from "./touching.js";

const SHARED = 0.45; // parts one above the other belong together where they share as much of the narrower's width
const FRAGMENT = 0.5; // a part lower than this share of the line is no digit of its own beside a taller one
const NEAR = 0.3; // how far from its digit, in heights of the line, a fragment may lie
const LARGE_FRAGMENT = 0.75,
  VERY_NEAR = 0.05; // a larger one only when it nearly touches
const MOST_PIECES = 24;
const ROW = 0.12; // two whole digits one above the other, this far apart, are two rows

/** The digits of a picture in the order they are read: rows from the top, each from the left.
 *
 * @param {{width: number, height: number, data: Uint8ClampedArray}} pixels RGBA, as ImageData has them
 * @returns {{box: [number, number, number, number], result: Float32Array}[]} of each its `box` in the pixels as given:
 *   top, left, bottom, right, the last two exclusive; and `result` [28 × 28], what the network receives
 * @param {{whole?: boolean}} how all ink is one drawing, as a cat is, whose eyes stand apart
 * @throws {EmptyDrawing} nothing is drawn
 * @throws {NotReproduced} the server would read it otherwise
 */
export function split(pixels, { whole = false } = {}) {
  const grey = toGrey(pixels),
    { width, height } = grey;
  const { ink } = findInk(grey);
  const { labels, parts } = findParts(ink, width, height);
  const down = pixels.height / height,
    across = pixels.width / width;
  const groups = whole ? [parts] : inReadingOrder(together(parts)).slice(0, MOST_PIECES);
  const isSmall = Math.max(width, height) <= 2 * SIDE; // near 28 pixels, as MNIST's own: it stays as it is
  const inks =
    groups.length === 1
      ? [isSmall ? ink : inkOf(parts, ink, labels)]
      : groups.map((group) => inkOf(group, ink, labels));
  const digits = whole ? inks.map((each) => ({ ink: each })) : inks.flatMap((each) => parted(each, width, height));
  return digits.slice(0, MOST_PIECES).map((each) => {
    const {
      box: [top, left, bottom, right],
      result,
    } = fromInk(each.ink, width, height, each.box);
    const box = [
      Math.trunc(top * down),
      Math.trunc(left * across),
      Math.ceil(bottom * down),
      Math.ceil(right * across),
    ];
    return { box, result };
  });
}

// The ink of one digit as it came, of digits that touch each on its own.
function parted(ink, width, height) {
  const box = inkBox(ink, width, height),
    [top, left] = box,
    digits = cut(cutOut(ink, width, box));
  if (digits.length === 1) return [{ ink, box }];
  return digits.map((digit) => {
    const whole = new Float32Array(ink.length);
    for (let row = 0; row < digit.height; row++) {
      whole.set(digit.values.subarray(row * digit.width, (row + 1) * digit.width), (top + row) * width + left);
    }
    return { ink: whole };
  });
}

function inkOf(group, ink, labels) {
  const isOwn = new Uint8Array(1 + group.reduce((most, { label }) => Math.max(most, label), 0));
  for (const { label } of group) isOwn[label] = 1;
  const found = new Float32Array(ink.length);
  for (let i = 0; i < found.length; i++) if (isOwn[labels[i]]) found[i] = ink[i];
  return found;
}

// The parts, grouped to digits: those that belong together most clearly first.
function together(parts) {
  const line = Math.max(...parts.map(longer));
  const groups = parts.map((part) => [part]);
  for (let pair; (pair = nextPair(groups, line)); ) {
    groups[pair[0]].push(...groups[pair[1]]);
    groups.splice(pair[1], 1);
  }
  return groups;
}

// Rows from the top, each from the left. A row is what overlaps in height by half.
function inReadingOrder(groups) {
  const rows = [];
  for (const group of [...groups].sort((one, other) => extent(one)[0] - extent(other)[0])) {
    const row = rows.find((each) => each.some((other) => shared(extent(group), extent(other), 0) > 0.5));
    if (row) row.push(group);
    else rows.push([group]);
  }
  return rows.flatMap((row) => row.sort((one, other) => middle(one) - middle(other)));
}

function extent(group) {
  const side = (at, most) => most(...group.map(({ box }) => box[at]));
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}

function nextPair(groups, line) {
  const boxes = groups.map(extent);
  let found = null,
    nearest = Infinity;
  for (let one = 0; one < boxes.length; one++) {
    for (let other = one + 1; other < boxes.length; other++) {
      const apart = gap(boxes[one], boxes[other]);
      if (apart < nearest && belong(boxes[one], boxes[other], line)) [found, nearest] = [[one, other], apart];
    }
  }
  return found;
}

function belong(one, other, line) {
  const lower = Math.min(one[2] - one[0], other[2] - other[0]);
  const down = Math.max(one[0], other[0]) - Math.min(one[2], other[2]);
  if (lower >= FRAGMENT * line && down > ROW * line) return false; // two rows of digits
  if (shared(one, other, 1) >= SHARED) return down <= NEAR * line;
  const near = lower >= FRAGMENT * line ? VERY_NEAR : NEAR;
  return lower < LARGE_FRAGMENT * line && gap(one, other) <= near * line;
}

// How much of the smaller one's extent along an axis (0 down, 1 across) both cover.
function shared(one, other, axis) {
  const both = Math.min(one[axis + 2], other[axis + 2]) - Math.max(one[axis], other[axis]);
  return Math.max(0, both) / Math.min(one[axis + 2] - one[axis], other[axis + 2] - other[axis]);
}

// Pixels of paper between the boxes; 0 where they overlap.
function gap(one, other) {
  const down = Math.max(0, Math.max(one[0], other[0]) - Math.min(one[2], other[2]));
  const across = Math.max(0, Math.max(one[1], other[1]) - Math.min(one[3], other[3]));
  return Math.sqrt(down * down + across * across);
}

function middle(group) {
  const [, left, , right] = extent(group);
  return (left + right) / 2;
}
