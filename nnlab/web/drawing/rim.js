// What reaches into a photograph from outside (a dark corner, the table's edge, a thumb): nnlab/drawing/rim.py.

import { labelledAbove } from "./labels.js";
import { SOLID } from "./parts.js";
import { largest } from "./windows.js";

const ALONG = 0.3; // of its own longer side: what touches the border for so long is no stroke that was cut off

/** The ink without parts that lie along the border; as it was where nothing else is there.
 * @param {Float32Array} ink [height × width]
 * @param {number} [least] pixels of the border that such a part touches at least
 */
export function withoutRim(ink, width, height, least = 0) {
  const level = Math.fround(SOLID),
    { labels, all } = labelledAbove(ink, width, height, level);
  const depth = Math.max(1, Math.floor(Math.max(width, height) / 100));
  const isInside = ({ box: [top, left, bottom, right] }) =>
    top >= depth && left >= depth && bottom <= height - depth && right <= width - depth;
  if (all.every(isInside)) return ink;
  const touching = new Float64Array(all.length + 1);
  // Each row or column of a side counts once, however deep.
  const count = (places) => {
    for (const label of new Set(places)) touching[label] += 1;
  };
  const down = Array.from({ length: Math.min(depth, height) }, (_row, i) => i),
    across = Array.from({ length: Math.min(depth, width) }, (_column, i) => i);
  for (let column = 0; column < width; column++) {
    count(down.map((row) => labels[row * width + column]));
    count(down.map((row) => labels[(height - 1 - row) * width + column]));
  }
  for (let row = 0; row < height; row++) {
    count(across.map((column) => labels[row * width + column]));
    count(across.map((column) => labels[row * width + width - 1 - column]));
  }
  const isOutside = new Uint8Array(all.length + 1);
  for (const {
    label,
    box: [top, left, bottom, right],
  } of all) {
    isOutside[label] = touching[label] > Math.max(least, ALONG * Math.max(bottom - top, right - left)) ? 1 : 0;
  }
  const outside = isOutside.reduce((sum, is) => sum + is, 0);
  if (!outside || outside === all.length) return ink;
  const reach = largest(
    Uint8Array.from(labels, (label) => isOutside[label]),
    width,
    height,
    2,
  ); // with its soft rim
  return ink.map((value, i) => (reach[i] && !(labels[i] && !isOutside[labels[i]]) ? 0 : value));
}
