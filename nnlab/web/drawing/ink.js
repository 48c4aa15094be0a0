// Where the ink is: nnlab/drawing/ink.py, to the same numbers but for the last bits of a surface's fit.

import { EmptyDrawing } from "./greyscale.js";
import { shadedPaper } from "./paper.js";
import { above, maximum, median, otsu, quantile } from "./statistics.js";
import { median3 } from "./windows.js";
import { _ } from "../texts.js";

const FAINTEST = 0.06; // of black to white: ink has to differ from the paper by as much

/** The ink of a grey picture.
 *
 * @param {{width: number, height: number, values: Float32Array}} grey
 * @returns {{ink: Float32Array, darkOnLight: boolean}} `ink` [height × width], 0 paper to 1 full ink
 * @throws {EmptyDrawing} nothing stands out from the paper
 */
export function findInk(grey) {
  const edge = border(grey), shade = median(edge), even = isEven(edge, shade);
  const seen = even ? grey.values : withoutGrain(grey).values;
  const paper = even ? null : shadedPaper({ ...grey, values: seen });
  const difference = new Float32Array(seen.length);
  let dark = 0, light = 0;
  for (let i = 0; i < difference.length; i++) {
    difference[i] = seen[i] - (even ? shade : paper[i]);
    const apart = difference[i];
    if (apart < 0) dark += apart * apart;
    else light += apart * apart;
  }
  const sign = dark >= light ? -1 : 1;
  const strength = new Float32Array(difference.length);
  for (let i = 0; i < strength.length; i++) if (sign * difference[i] > 0) strength[i] = sign * difference[i];
  const most = maximum(strength);
  if (most < FAINTEST) {
    const share = `${Math.round(100 * most)}%`;
    throw new EmptyDrawing(_("no pixel differs from the paper by more than {strength}", { strength: share }));
  }
  return { ink: even ? fullStrength(strength) : aboveGrain(strength, difference), darkOnLight: dark >= light };
}

// The outermost pixels, a fiftieth of the picture wide.
function border({ width, height, values }) {
  const wide = Math.max(1, Math.floor(Math.min(width, height) / 50));
  const found = new Float32Array(values.length);
  let count = 0;
  for (let row = 0, at = 0; row < height; row++) {
    const isWhole = row < wide || row >= height - wide;
    for (let column = 0; column < width; column++, at++) {
      if (isWhole || column < wide || column >= width - wide) found[count++] = values[at];
      else if (column === wide) {
        at += width - 2 * wide - 1;
        column += width - 2 * wide - 1;
      }
    }
  }
  return found.subarray(0, count);
}

// Whether most of it is one shade.
function isEven(edge, shade) {
  const near = Math.fround(0.02);
  let count = 0;
  for (let i = 0; i < edge.length; i++) if (Math.abs(Math.fround(edge[i] - shade)) <= near) count += 1;
  return count / edge.length > 0.6;
}

function withoutGrain(grey) {
  return Math.min(grey.width, grey.height) < 60 ? grey : median3(grey);
}

// Stretched so that the strongest ink is 1: a grey pen writes like a black one.
function fullStrength(strength) {
  const level = quantile(above(strength, Math.fround(0.02)), 0.99), least = Math.fround(0.02 * level);
  const ink = new Float32Array(strength.length);
  for (let i = 0; i < ink.length; i++) if (strength[i] > least) ink[i] = Math.min(1, strength[i] / level);
  return ink;
}

// What stands above the grain, 0 at the threshold and 1 at the usual stroke.
function aboveGrain(strength, difference) {
  const grain = 1.4826 * median(difference.map(Math.abs));
  const split = Math.max(otsu(strength), 4 * grain, FAINTEST / 2);
  const strokes = above(strength, Math.fround(split));
  if (!strokes.length) throw new EmptyDrawing(_("nothing stands out from the grain of the paper"));
  const level = median(strokes), start = 0.6 * split;
  const from = Math.fround(start), range = Math.fround(Math.max(level - start, 1e-6));
  const ink = new Float32Array(strength.length);
  for (let i = 0; i < ink.length; i++) {
    if (strength[i] > from) ink[i] = Math.min(1, Math.fround(strength[i] - from) / range);
  }
  return ink;
}
