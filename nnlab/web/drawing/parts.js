// Which ink hangs together: nnlab/drawing/parts.py, to the same labels.

import { labelledAbove } from "./labels.js";
import { maximum } from "./statistics.js";

export const SOLID = 0.35; // ink from here on joins what it touches; fainter ink is the soft rim of a stroke
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
  const { labels, all } = labelledAbove(ink, width, height, level);
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

/** How wide the strokes are, in pixels; 0 where there is no solid ink. A stroke of length l and width w has area l·w
 * and, seen along both axes, about 8/π·l of edge.
 */
export function strokeWidth({ width, height, values }) {
  let area = 0,
    edges = 0;
  const solid = new Uint8Array((width + 2) * (height + 2));
  for (let row = 0, from = 0; row < height; row++) {
    for (let column = 0, at = (row + 1) * (width + 2) + 1; column < width; column++)
      solid[at++] = values[from++] > 0.5 ? 1 : 0;
  }
  for (let at = width + 2; at < solid.length; at++) {
    area += solid[at];
    edges += (solid[at] ^ solid[at - 1]) + (solid[at] ^ solid[at - width - 2]);
  }
  return ((8 / Math.PI) * area) / Math.max(edges, 1);
}
