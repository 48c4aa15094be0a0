// Where the ink is: nnlab/drawing/ink.py, to the same numbers.

import { findFigures } from "./figures.js";
import { EmptyDrawing } from "./greyscale.js";
import { withoutLines } from "./lines.js";
import { every, isDarkOnLight, localPaper } from "./paper.js";
import { SOLID } from "./parts.js";
import { withoutRim } from "./rim.js";
import { above, maximum, median, otsu, quantile } from "./statistics.js";
import { median3 } from "./windows.js";
import { _ } from "../texts.js";

const FAINTEST = 0.06; // of black to white: ink has to differ from the paper by as much
const SMALL = 60; // pixels of the longer side: a smaller picture is no photograph of paper
const GRAIN = 1.1 / 255; // differences of a border's shades that copying and compression make

/** The ink of a grey picture, without lines of ruled paper, frames, and what lies along the border. Where there are
 * plots in a page (filled rectangles that hold something), the ink is what is in them.
 *
 * @param {{width: number, height: number, values: Float32Array}} grey
 * @returns {{ink: Float32Array, darkOnLight: boolean}} `ink` [height × width], 0 paper to 1 full ink
 * @throws {EmptyDrawing} nothing stands out from the paper
 */
export function findInk(grey) {
  const found = find(grey),
    { width, height } = grey;
  if (Math.max(width, height) <= SMALL) return found;
  const { plots, frames } = findFigures(found.ink, width, height);
  if (plots.length) return within(grey, found, plots);
  if (frames) return { ...found, ink: found.ink.map((value, i) => (frames[i] ? 0 : value)) };
  return found;
}

// The ink in the plots; as found where they hold none.
function within({ width, values }, found, plots) {
  const ink = new Float32Array(values.length);
  let darkOnLight = null;
  for (const [top, left, bottom, right] of plots) {
    const inset = 1 + Math.floor(Math.min(bottom - top, right - left) / 50);
    const inner = { width: right - left - 2 * inset, height: bottom - top - 2 * inset };
    const start = (row) => (top + inset + row) * width + left + inset;
    inner.values = new Float32Array(inner.width * inner.height);
    for (let row = 0; row < inner.height; row++)
      inner.values.set(values.subarray(start(row), start(row) + inner.width), row * inner.width);
    try {
      const own = find(inner);
      for (let row = 0; row < inner.height; row++)
        ink.set(own.ink.subarray(row * inner.width, (row + 1) * inner.width), start(row));
      darkOnLight ??= own.darkOnLight;
    } catch (error) {
      if (!(error instanceof EmptyDrawing)) throw error;
    }
  }
  return darkOnLight === null ? found : { ink, darkOnLight };
}

function find(grey) {
  const edge = border(grey),
    shade = median(edge),
    { width, height, values } = grey;
  if (!isEven(edge, shade, Math.max(width, height))) return photographed(withoutGrain(grey));
  let dark = 0,
    light = 0;
  for (let i = 0; i < values.length; i++) {
    const apart = Math.fround(values[i] - shade);
    if (apart < 0) dark += apart * apart;
    else light += apart * apart;
  }
  const darkOnLight = dark >= light,
    sign = darkOnLight ? -1 : 1,
    strength = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) if (sign * (values[i] - shade) > 0) strength[i] = sign * (values[i] - shade);
  mustStandOut(strength);
  const ink = fullStrength(strength);
  if (Math.max(width, height) <= SMALL) return { ink, darkOnLight };
  const unruled = withoutLines(ink, width, height, SOLID / 2);
  return { ink: withoutRim(unruled, width, height, 0.6 * Math.min(width, height)), darkOnLight };
}

// Ink on paper in any light: the shade of the paper is taken place by place, grain is measured and cut away, and what
// is left is stretched so that a stroke is 1.
function photographed(grey) {
  const { width, height, values } = grey,
    darkOnLight = isDarkOnLight(grey),
    paper = localPaper(grey, darkOnLight);
  const difference = values.map((value, i) => value - paper[i]);
  if (darkOnLight) {
    // Ink takes a share of the light: in a shadow it differs less from its paper.
    const light = quantile(every({ width, height, values: paper }, 4).values, 0.9),
      half = Math.fround(light / 2);
    for (let i = 0; i < difference.length; i++) difference[i] *= Math.fround(light / Math.max(paper[i], half));
  }
  const strength = strengthOf(difference, darkOnLight);
  const grain = 1.4826 * median(difference.map(Math.abs));
  const unruled = withoutLines(strength, width, height, Math.max(4 * grain, FAINTEST / 2));
  return { ink: withoutRim(aboveGrain(unruled, grain), width, height), darkOnLight };
}

// How much darker or lighter than its paper each pixel is.
function strengthOf(difference, darkOnLight) {
  const sign = darkOnLight ? -1 : 1,
    strength = new Float32Array(difference.length);
  for (let i = 0; i < strength.length; i++) if (sign * difference[i] > 0) strength[i] = sign * difference[i];
  mustStandOut(strength);
  return strength;
}

function mustStandOut(strength) {
  const most = maximum(strength);
  if (!(most < FAINTEST)) return;
  const share = `${Math.round(100 * most)}%`;
  throw new EmptyDrawing(_("no pixel differs from the paper by more than {strength}", { strength: share }));
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

// Whether the border is one shade; of a picture that is not small, without any grain.
function isEven(edge, shade, longer) {
  const near = Math.fround(0.02),
    apart = edge.map((value) => Math.abs(Math.fround(value - shade)));
  let count = 0;
  for (let i = 0; i < apart.length; i++) if (apart[i] <= near) count += 1;
  return (longer <= SMALL || median(apart) <= GRAIN) && count / apart.length > 0.6;
}

function withoutGrain(grey) {
  return Math.min(grey.width, grey.height) < SMALL ? grey : median3(grey);
}

// Stretched so that the strongest ink is 1: a grey pen writes like a black one.
function fullStrength(strength) {
  const level = quantile(above(strength, Math.fround(0.02)), 0.99),
    least = Math.fround(0.02 * level);
  const ink = new Float32Array(strength.length);
  for (let i = 0; i < ink.length; i++) if (strength[i] > least) ink[i] = Math.min(1, strength[i] / level);
  return ink;
}

// What stands above the grain, 0 at the threshold and 1 at the usual stroke.
function aboveGrain(strength, grain) {
  const split = Math.max(otsu(strength), 4 * grain, FAINTEST / 2);
  const strokes = above(strength, Math.fround(split));
  if (!strokes.length) throw new EmptyDrawing(_("nothing stands out from the grain of the paper"));
  const level = median(strokes),
    start = 0.6 * split;
  const from = Math.fround(start),
    range = Math.fround(Math.max(level - start, 1e-6));
  const ink = new Float32Array(strength.length);
  for (let i = 0; i < ink.length; i++) {
    if (strength[i] > from) ink[i] = Math.min(1, Math.fround(strength[i] - from) / range);
  }
  return ink;
}
