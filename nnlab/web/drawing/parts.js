// Which ink hangs together: nnlab/drawing/parts.py, to the same labels.

import { maximum } from "./statistics.js";

const SOLID = 0.35; // ink from here on joins what it touches; fainter ink is the soft rim of a stroke
const SPECK = 0.14; // a part whose longer side is below this share of the largest part's is dust
const MOST = 60; // parts of a drawing; where there are more the largest count
const RIM = 2; // pixels

/** The connected parts, without specks.
 *
 * @typedef {{label: number, box: [number, number, number, number], pixels: number}} Part `box`: top, left, bottom,
 *   right, the last two exclusive
 *
 * @param {Float32Array} ink [height × width], 0 to 1; some of it above 0
 * @returns {{labels: Int32Array, parts: Part[]}} `labels` [height × width]: the part that a pixel belongs to, 0: none;
 *   the soft rim belongs to the part beside it
 */
export function findParts(ink, width, height) {
  const level = Math.fround(Math.min(SOLID, maximum(ink) / 2));
  const { labels, all } = labelled(ink, width, height, level);
  const longest = all.reduce((most, part) => Math.max(most, longer(part)), 0);
  const order = all.filter((part) => longer(part) >= SPECK * longest).sort((one, other) => longer(other) - longer(one));
  const parts = order.slice(0, MOST).sort((one, other) => one.label - other.label);
  const keeps = new Uint8Array(all.length + 1);
  for (const { label } of parts) keeps[label] = 1;
  return { labels: withRim(labels, ink, width, height, keeps), parts };
}

// The labels that are kept, and those of the rim: there the largest of all labels around counts.
function withRim(labels, ink, width, height, keeps) {
  const found = new Int32Array(labels.length);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!(ink[at] > 0)) continue;
      let label = labels[at];
      if (!label) {
        const [top, bottom] = [Math.max(0, row - RIM), Math.min(height - 1, row + RIM)];
        const [left, right] = [Math.max(0, column - RIM), Math.min(width - 1, column + RIM)];
        for (let y = top; y <= bottom; y++) {
          for (let x = left; x <= right; x++) if (labels[y * width + x] > label) label = labels[y * width + x];
        }
      }
      if (keeps[label]) found[at] = label;
    }
  }
  return found;
}

/** Pixels of its longer side. */
export function longer({ box: [top, left, bottom, right] }) {
  return Math.max(bottom - top, right - left);
}

// Pixels join to all eight sides; parts are numbered from 1 in the order of their first pixels. Runs of a row
// are joined with those of the row above.
function labelled(ink, width, height, level) {
  const labels = new Int32Array(width * height), joined = [0];
  const root = (label) => {
    while (joined[label] !== label) label = joined[label] = joined[joined[label]];
    return label;
  };
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!(ink[at] > level)) continue;
      let label = column > 0 ? labels[at - 1] : 0;
      if (row > 0) {
        const end = at - width + (column < width - 1 ? 1 : 0);
        for (let above = at - width - (column > 0 ? 1 : 0); above <= end; above++) {
          if (!labels[above]) continue;
          if (!label) label = labels[above];
          else {
            const [one, other] = [root(label), root(labels[above])];
            joined[Math.max(one, other)] = Math.min(one, other);
          }
        }
      }
      if (!label) joined.push((label = joined.length));
      labels[at] = label;
    }
  }
  const names = new Int32Array(joined.length), all = [];
  for (let label = 1; label < joined.length; label++) {
    const first = root(label);
    if (first !== label) names[label] = names[first];
    else {
      names[label] = all.length + 1;
      all.push({ label: all.length + 1, box: [height, width, 0, 0], pixels: 0 });
    }
  }
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!labels[at]) continue;
      const part = all[(labels[at] = names[labels[at]]) - 1], { box } = part;
      part.pixels += 1;
      if (row < box[0]) box[0] = row;
      if (column < box[1]) box[1] = column;
      box[2] = row + 1;
      if (column >= box[3]) box[3] = column + 1;
    }
  }
  return { labels, all };
}
