// Lines of ruled and squared paper, and margins, taken out of the ink: nnlab/drawing/lines.py.

import { allAcross, allDown, anyAcross, anyDown, isEmpty, packed, unpacked, without } from "./bits.js";
import { labelled } from "./labels.js";
import { quantile, roundEven } from "./statistics.js";
import { largestAcross, largestDown } from "./windows.js";

const RUN = 1 / 40; // of the longer side: a piece of a line is straight for so long, a stroke across it is not
const THICKEST = 1 / 60; // of the longer side
const GAP = 0.15; // of the picture's extent: where a line fades, it goes on behind so long a gap
const MOST = 250; // pieces that are joined to lines; where there are more, the longest
const ACROSS = 0.97; // of the picture's extent: a line alone is one that goes so far
const LONG = 0.4,
  SEVERAL = 3; // of the picture's extent: where so many lines are so long, they are ruled
const COVERED = 0.5; // of a line's length: what is seen of it
const DARKER = 1.8; // ink that is so many times as strong as the line is a stroke on it

/** The strength of the ink without long level and upright lines; strokes that cross them stay.
 * @param {Float32Array} strength [height × width], 0 for paper
 * @param {number} faintest from where on something stands out from the grain
 */
export function withoutLines(strength, width, height, faintest) {
  const level = withoutLevelLines(strength, width, height, faintest),
    upright = transposed(level, width, height);
  const found = withoutLevelLines(upright, height, width, faintest);
  return found === upright ? level : transposed(found, height, width);
}

function transposed(values, width, height) {
  const found = new values.constructor(values.length);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++) found[column * height + row] = values[at++];
  }
  return found;
}

function withoutLevelLines(strength, width, height, faintest) {
  const longer = Math.max(width, height),
    cut = cutOut(strength, width, height, Math.fround(faintest), longer);
  const pieces = cut && piecesOf(cut, longer),
    ruled = pieces && ruledOf(pieces, width);
  if (!ruled?.some(Boolean)) return strength;
  const ofLine = new Uint8Array(strength.length);
  let count = 0;
  for (let row = 0, from = 0; row < cut.height; row++) {
    for (let column = 0, to = (row + cut.top) * width + cut.left; column < cut.width; column++, from++, to++) {
      if (pieces.labels[from] && ruled[pieces.labels[from] - 1]) count += ofLine[to] = 1;
    }
  }
  if (!count) return strength;
  const line = quantile(
    strength.filter((_strength, i) => ofLine[i]),
    0.45,
  ); // strokes may lie on it
  const most = Math.fround(DARKER * line);
  const zone = largestDown(ofLine, width, height, 1, 1);
  for (let i = 0; i < zone.length; i++) if (!(strength[i] <= most)) zone[i] = 0;
  return bridged(strength, zone, width, height);
}

const runOf = (longer) => Math.max(3, roundEven(RUN * longer)),
  tallOf = (longer) => roundEven(THICKEST * longer) + 3;

// What stands out, as bits, with as much paper around it as windows reach: a digit fills a part of its sheet.
function cutOut(strength, width, height, least, longer) {
  const mask = new Uint8Array(strength.length);
  let [top, left, bottom, right] = [height, width, 0, 0];
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!(strength[at] > least)) continue;
      mask[at] = 1;
      if (row < top) top = row;
      bottom = row + 1;
      if (column < left) left = column;
      if (column >= right) right = column + 1;
    }
  }
  if (!bottom) return null;
  const across = runOf(longer) + 5,
    down = tallOf(longer) + 5;
  if (right - left + 2 * across < LONG * width) return null; // too short for any line
  [top, left] = [Math.max(0, top - down), Math.max(0, left - across)];
  [bottom, right] = [Math.min(height, bottom + down), Math.min(width, right + across)];
  const found = { top, left, width: right - left, height: bottom - top };
  found.mask = new Uint8Array(found.width * found.height);
  for (let row = 0; row < found.height; row++) {
    found.mask.set(mask.subarray((row + top) * width + left, (row + top) * width + right), row * found.width);
  }
  return found;
}

// In the zone of a line there is ink where there is ink above and below it: the lesser one.
function bridged(strength, zone, width, height) {
  let pixels = 0,
    changes = 0;
  for (let i = 0; i < zone.length; i++) {
    pixels += zone[i];
    if (i >= width) changes += zone[i] ^ zone[i - width];
  }
  const thickness = Math.ceil(pixels / Math.max(1, changes / 2));
  const beside = largestAcross(
    strength.map((value, i) => (zone[i] ? 0 : value)),
    width,
    height,
    1,
    1,
  );
  const reach = 2 * (((thickness + 2) | 1) >> 1);
  const above = largestDown(beside, width, height, reach, 0),
    below = largestDown(beside, width, height, 0, reach);
  return strength.map((value, i) => (zone[i] ? Math.min(value, above[i], below[i]) : value));
}

// Level pieces: what is left of the ink by an opening with a level run. Null where there is none.
function piecesOf({ mask, width, height }, longer) {
  const run = runOf(longer),
    thickest = THICKEST * longer;
  // One pixel up and down lets a line lean; three along bridge its grain.
  const wide = anyAcross(anyDown(packed(mask, width, height), 1, 1), 2, 2);
  const [before, after] = [run >> 1, run - (run >> 1) - 1];
  const level = anyAcross(allAcross(wide, before, after), before, after);
  // A thick stroke that leans has level runs, too, and would join the lines that it crosses.
  const tall = tallOf(longer),
    [above, below] = [tall >> 1, tall - (tall >> 1) - 1];
  const thin = without(level, anyDown(allDown(level, above, below), above, below));
  if (isEmpty(thin)) return null;
  const { labels, all } = labelled(unpacked(thin), width, height);
  const rows = new Float64Array(all.length),
    columns = new Float64Array(all.length);
  const together = new Float64Array(all.length),
    spread = new Float64Array(all.length);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!labels[at]) continue;
      rows[labels[at] - 1] += row;
      columns[labels[at] - 1] += column;
    }
  }
  all.forEach(({ pixels }, i) => {
    rows[i] /= pixels;
    columns[i] /= pixels;
  });
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!labels[at]) continue;
      const i = labels[at] - 1,
        across = column - columns[i];
      together[i] += (row - rows[i]) * across;
      spread[i] += across * across;
    }
  }
  const pieces = all.map(({ box: [, left, , right], pixels }, i) => {
    const slope = together[i] / Math.max(spread[i], 1),
      isThin = pixels / (right - left) <= thickest + 2;
    return { left, right, slope, row: rows[i] + slope * ((left + right) / 2 - columns[i]), isThin };
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
  kept.forEach((one, i) =>
    kept.forEach((other, j) => {
      const gap = other.left - one.right,
        way = middle(other) - middle(one);
      if (!(gap > -width / 20 && gap < GAP * width && way > 0)) return;
      // Each is followed to the middle of the other: a line lies on both continuations.
      const off = Math.abs(other.row - one.row - one.slope * way),
        back = Math.abs(other.row - one.row - other.slope * way);
      if (Math.min(off, back) <= 3 + 0.01 * Math.abs(way)) chain[root(i)] = root(j);
    }),
  );
  const lines = new Map();
  kept.forEach(({ left, right }, i) => {
    const line = lines.get(root(i)) ?? { seen: 0, start: Infinity, end: -Infinity };
    lines.set(root(i), {
      seen: line.seen + right - left,
      start: Math.min(line.start, left),
      end: Math.max(line.end, right),
    });
  });
  const extent = ({ start, end }) => end - start;
  const isLine = (line) => line.seen >= COVERED * extent(line);
  const several = [...lines.values()].filter((line) => isLine(line) && extent(line) >= LONG * width).length >= SEVERAL;
  return kept.map((_piece, i) => {
    const line = lines.get(root(i));
    return isLine(line) && (extent(line) >= ACROSS * width || (several && extent(line) >= LONG * width));
  });
}
