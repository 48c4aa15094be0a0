// Lines of ruled and squared paper, and margins, taken out of the ink: nnlab/drawing/lines.py.

import { labelled } from "./labels.js";
import { quantile, roundEven } from "./statistics.js";
import { largestAcross, largestDown, smallestAcross, smallestDown } from "./windows.js";

const RUN = 1 / 40; // of the longer side: a piece of a line is straight for so long, a stroke across it is not
const THICKEST = 1 / 60; // of the longer side
const GAP = 0.15; // of the picture's extent: where a line fades, it goes on behind so long a gap
const MOST = 250; // pieces that are joined to lines; where there are more, the longest
const ACROSS = 0.97; // of the picture's extent: a line alone is one that goes so far
const LONG = 0.4, SEVERAL = 3; // of the picture's extent: where so many lines are so long, they are ruled
const COVERED = 0.5; // of a line's length: what is seen of it
const DARKER = 1.8; // ink that is so many times as strong as the line is a stroke on it

/** The strength of the ink without long level and upright lines; strokes that cross them stay.
 * @param {Float32Array} strength [height × width], 0 for paper
 * @param {number} faintest from where on something stands out from the grain
 */
export function withoutLines(strength, width, height, faintest) {
  const level = withoutLevelLines(strength, width, height, faintest);
  const turned = withoutLevelLines(transposed(level, width, height), height, width, faintest);
  return transposed(turned, height, width);
}

function transposed(values, width, height) {
  const found = new values.constructor(values.length);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++) found[column * height + row] = values[at++];
  }
  return found;
}

function withoutLevelLines(strength, width, height, faintest) {
  const least = Math.fround(faintest), mask = new Uint8Array(strength.length);
  for (let i = 0; i < mask.length; i++) mask[i] = strength[i] > least ? 1 : 0;
  const pieces = piecesOf(mask, width, height), ruled = pieces && ruledOf(pieces, width);
  if (!ruled?.some(Boolean)) return strength;
  const ofLine = new Uint8Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (pieces.labels[i] && ruled[pieces.labels[i] - 1]) count += ofLine[i] = 1;
  }
  if (!count) return strength;
  const line = quantile(strength.filter((_strength, i) => ofLine[i]), 0.45); // strokes may lie on it
  const most = Math.fround(DARKER * line);
  const zone = largestDown(ofLine, width, height, 1, 1);
  for (let i = 0; i < zone.length; i++) if (!(strength[i] <= most)) zone[i] = 0;
  return bridged(strength, zone, width, height);
}

// In the zone of a line there is ink where there is ink above and below it: the lesser one.
function bridged(strength, zone, width, height) {
  let pixels = 0, changes = 0;
  for (let i = 0; i < zone.length; i++) {
    pixels += zone[i];
    if (i >= width) changes += zone[i] ^ zone[i - width];
  }
  const thickness = Math.ceil(pixels / Math.max(1, changes / 2));
  const beside = largestAcross(strength.map((value, i) => (zone[i] ? 0 : value)), width, height, 1, 1);
  const reach = 2 * (((thickness + 2) | 1) >> 1);
  const above = largestDown(beside, width, height, reach, 0), below = largestDown(beside, width, height, 0, reach);
  return strength.map((value, i) => (zone[i] ? Math.min(value, above[i], below[i]) : value));
}

// Level pieces: what is left of the ink by an opening with a level run. Null where there is none.
function piecesOf(mask, width, height) {
  const longer = Math.max(width, height), run = Math.max(3, roundEven(RUN * longer)), thickest = THICKEST * longer;
  // One pixel up and down lets a line lean; three along bridge its grain.
  const wide = largestAcross(largestDown(mask, width, height, 1, 1), width, height, 2, 2);
  const [before, after] = [run >> 1, run - (run >> 1) - 1];
  const level = largestAcross(smallestAcross(wide, width, height, before, after), width, height, before, after);
  // A thick stroke that leans has level runs, too, and would join the lines that it crosses.
  const tall = roundEven(thickest) + 3, [above, below] = [tall >> 1, tall - (tall >> 1) - 1];
  const stroke = largestDown(smallestDown(level, width, height, above, below), width, height, above, below);
  for (let i = 0; i < level.length; i++) if (stroke[i]) level[i] = 0;
  const { labels, all } = labelled(level, width, height);
  if (!all.length) return null;
  const sums = all.map(() => ({ rows: 0, columns: 0, together: 0, spread: 0 }));
  const each = (take) => {
    for (let row = 0, at = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at++) if (labels[at]) take(sums[labels[at] - 1], row, column);
    }
  };
  each((sum, row, column) => {
    sum.rows += row;
    sum.columns += column;
  });
  sums.forEach((sum, i) => {
    sum.row = sum.rows / all[i].pixels;
    sum.column = sum.columns / all[i].pixels;
  });
  each((sum, row, column) => {
    sum.together += (row - sum.row) * (column - sum.column);
    sum.spread += (column - sum.column) ** 2;
  });
  const pieces = all.map(({ box: [, left, , right], pixels }, i) => {
    const { row, column, together, spread } = sums[i], slope = together / Math.max(spread, 1);
    return { left, right, slope, row: row + slope * ((left + right) / 2 - column), isThin: pixels / (right - left) <= thickest + 2 };
  });
  const length = ({ left, right, isThin }) => (isThin ? right - left : 0);
  const order = pieces.map((_piece, i) => i).sort((one, other) => length(pieces[other]) - length(pieces[one]));
  const kept = order.slice(0, MOST).filter((i) => pieces[i].isThin);
  const number = new Int32Array(all.length + 1);
  kept.forEach((i, place) => (number[i + 1] = place + 1));
  for (let i = 0; i < labels.length; i++) labels[i] = mask[i] && number[labels[i]];
  return { labels, kept: kept.map((i) => pieces[i]) };
}

// Of each piece whether it belongs to a line that nobody wrote.
function ruledOf({ kept }, width) {
  const chain = kept.map((_piece, i) => i);
  const root = (i) => (chain[i] === i ? i : (chain[i] = root(chain[i])));
  const middle = ({ left, right }) => (left + right) / 2;
  kept.forEach((one, i) => kept.forEach((other, j) => {
    const gap = other.left - one.right, way = middle(other) - middle(one);
    if (!(gap > -width / 20 && gap < GAP * width && way > 0)) return;
    // Each is followed to the middle of the other: a line lies on both continuations.
    const off = Math.abs(other.row - one.row - one.slope * way), back = Math.abs(other.row - one.row - other.slope * way);
    if (Math.min(off, back) <= 3 + 0.01 * Math.abs(way)) chain[root(i)] = root(j);
  }));
  const lines = new Map();
  kept.forEach(({ left, right }, i) => {
    const line = lines.get(root(i)) ?? { seen: 0, start: Infinity, end: -Infinity };
    lines.set(root(i), { seen: line.seen + right - left, start: Math.min(line.start, left), end: Math.max(line.end, right) });
  });
  const extent = ({ start, end }) => end - start;
  const isLine = (line) => line.seen >= COVERED * extent(line);
  const several = [...lines.values()].filter((line) => isLine(line) && extent(line) >= LONG * width).length >= SEVERAL;
  return kept.map((_piece, i) => {
    const line = lines.get(root(i));
    return isLine(line) && (extent(line) >= ACROSS * width || (several && extent(line) >= LONG * width));
  });
}
