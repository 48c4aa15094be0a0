// Rectangles around digits (a black plot in a white page, a frame, a box of a form): nnlab/drawing/figures.py.

import { labelled, labelledAbove } from "./labels.js";
import { SOLID } from "./parts.js";

const SMALLEST = 24; // pixels, both sides
const MOST = 40; // parts of the ink that are looked at: the largest
const STRAIGHT = [0.9, 1.12]; // the area within, over that of the quadrilateral through its four corners
const UPRIGHT = { plot: 0.93, frame: 0.75 }; // of its box: the area within
const FILLED = 0.5; // of the area within: a plot is filled, a frame is not
const CONTENT = 0.004; // of the area within: so much of something else is in it

/** The rectangles of a picture's ink.
 * @param {Float32Array} ink [height × width]
 * @returns {{plots: number[][], frames: Uint8Array | null}} `plots`: boxes of filled rectangles that hold something;
 *   `frames` [height × width]: the ink of frames that hold other ink, null where there is none
 */
export function findFigures(ink, width, height) {
  const level = Math.fround(SOLID),
    { labels, all } = labelledAbove(ink, width, height, level);
  const side = ({ box: [top, left, bottom, right] }) => Math.min(bottom - top, right - left);
  const largest = [...all].sort((one, other) => side(other) - side(one)).slice(0, MOST);
  const plots = [];
  let frames = null;
  for (const part of largest) {
    if (side(part) < SMALLEST) break;
    // A frame holds another part; a plot fills its box.
    if (all.length === 1 && part.pixels < FILLED * UPRIGHT.plot * area(part.box)) break;
    const { label, box } = part,
      [top, left, bottom, right] = box,
      wide = right - left,
      high = bottom - top;
    const within = new Int32Array(wide * high);
    for (let row = 0; row < high; row++)
      within.set(labels.subarray((top + row) * width + left, (top + row) * width + right), row * wide);
    const filled = withoutHoles(within, label, wide, high),
      whole = filled.reduce((sum, is) => sum + is, 0);
    const straight = whole / Math.max(1, quadrilateral(filled, wide, high));
    if (!(straight >= STRAIGHT[0] && straight <= STRAIGHT[1])) continue;
    const upright = whole / filled.length,
      hole = new Uint8Array(filled.length);
    let own = 0,
      holes = 0,
      others = 0;
    for (let at = 0; at < within.length; at++) {
      if (within[at] === label) own += 1;
      else if (filled[at]) {
        hole[at] = 1;
        holes += 1;
        others += Number(within[at] > 0);
      }
    }
    if (own < FILLED * whole) {
      if (upright < UPRIGHT.frame || others < CONTENT * whole) continue;
      frames ??= new Uint8Array(ink.length);
      for (let at = 0; at < within.length; at++) {
        if (within[at] === label) frames[(top + Math.floor(at / wide)) * width + left + (at % wide)] = 1;
      }
    } else if (upright >= UPRIGHT.plot && holes >= CONTENT * whole && !areAllStraight(hole, wide, high))
      plots.push(box);
  }
  return { plots, frames };
}

const area = ([top, left, bottom, right]) => (bottom - top) * (right - left);

// Whether all holes are rectangles, as those of a square 0 or 8.
function areAllStraight(hole, width, height) {
  const { all } = labelled(hole, width, height, false);
  let pixels = 0,
    boxes = 0;
  for (const {
    pixels: count,
    box: [top, left, bottom, right],
  } of all) {
    pixels += count;
    boxes += (bottom - top) * (right - left);
  }
  return pixels >= 0.9 * boxes;
}

// A part with its holes: all that cannot be reached from outside, by steps to four sides.
function withoutHoles(within, label, width, height) {
  const filled = new Uint8Array(within.length).fill(1),
    way = [];
  const enter = (at) => {
    if (filled[at] && within[at] !== label) {
      filled[at] = 0;
      way.push(at);
    }
  };
  for (let column = 0; column < width; column++) [column, (height - 1) * width + column].forEach(enter);
  for (let row = 0; row < height; row++) [row * width, row * width + width - 1].forEach(enter);
  while (way.length) {
    const at = way.pop(),
      column = at % width;
    if (column > 0) enter(at - 1);
    if (column < width - 1) enter(at + 1);
    if (at >= width) enter(at - width);
    if (at < within.length - width) enter(at + width);
  }
  return filled;
}

// The area between the four pixels that lie farthest along the diagonals (shoelace formula).
function quadrilateral(filled, width, height) {
  const corners = Array.from({ length: 4 }, () => null),
    far = [Infinity, Infinity, -Infinity, -Infinity];
  let count = 0;
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!filled[at]) continue;
      count += 1;
      const along = row + column,
        across = row - column;
      if (along < far[0]) [far[0], corners[0]] = [along, [row, column]];
      if (across < far[1]) [far[1], corners[1]] = [across, [row, column]];
      if (along > far[2]) [far[2], corners[2]] = [along, [row, column]];
      if (across > far[3]) [far[3], corners[3]] = [across, [row, column]];
    }
  }
  // Corners are centres of pixels, half a pixel within.
  const grow = 1 + 2 / Math.max(1, Math.sqrt(count));
  let twice = 0;
  corners.forEach(([y, x], i) => {
    const [nextY, nextX] = corners[(i + 1) % 4];
    twice += x * nextY - y * nextX;
  });
  return (grow * Math.abs(twice)) / 2;
}
