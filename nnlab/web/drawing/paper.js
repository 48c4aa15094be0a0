// How bright the paper of a photograph is, place by place: nnlab/drawing/paper.py.

import { resized } from "./resample.js";
import { shading } from "./shading.js";
import { median, roundEven } from "./statistics.js";
import { largest, mean, smallest, windowMedian } from "./windows.js";

const SURROUNDINGS = 0.16; // of the longer side: the window whose median is taken for paper, to see which side holds ink
const STEADY = 0.15; // where that median changes by more from here to there, the light changes, or a sheet ends
const WIDEST = 0.15; // of the longer side: a stroke is not wider, what is wider is paper in another light
const FEWEST = 8; // pixels of the small picture that show ink
const SEEN = 100; // pixels of the longer side that are enough for the median

/** Whether the ink is the darker one: paper is most of what lies around any place.
 * @param {{width: number, height: number, values: Float32Array}} grey
 */
export function isDarkOnLight({ width, height, values }) {
  const step = Math.max(1, Math.floor(Math.max(width, height) / SEEN));
  const small = every({ width, height, values: mean(values, width, height, step) }, step);
  const window = Math.max(3, roundEven(SURROUNDINGS * Math.max(small.width, small.height)) | 1);
  const paper = windowMedian(small.values, small.width, small.height, window);
  const most = largest(paper, small.width, small.height, window >> 1),
    least = smallest(paper, small.width, small.height, window >> 1);
  const rim = Math.floor(Math.min(small.width, small.height) / 10),
    steady = Math.fround(STEADY),
    shows = Math.fround(STEADY / 2);
  let ink = 0;
  const places = [];
  for (let row = rim; row < small.height - rim; row++) {
    for (let column = rim; column < small.width - rim; column++) {
      const at = row * small.width + column,
        apart = Math.fround(small.values[at] - paper[at]);
      const isSteady = Math.fround(most[at] - least[at]) < steady;
      if (isSteady && Math.abs(apart) > shows) ink += 1;
      places.push({ apart, isSteady, shade: paper[at] });
    }
  }
  let dark = 0,
    light = 0;
  for (const { apart, isSteady, shade } of places) {
    if (!isSteady && ink >= FEWEST) continue;
    if (apart < 0) dark += apart * apart * shade;
    else light += apart * apart * (1 - shade);
  }
  return dark >= light;
}

/** The paper's shade at each pixel, float32 [height × width] in [0, 1]. Strokes are taken out by a closing, an opening
 * where they are light: the darkest of the lightest of a square wider than any stroke. Light that falls off evenly is
 * taken off before, since a closing is level at the border.
 * @throws {NotReproduced} the picture is so small that its light cannot be told
 */
export function localPaper({ width, height, values }, darkOnLight) {
  const step = Math.max(width, height) > 2 * SEEN ? 2 : 1;
  const fall = shading({ width, height, values }),
    level = values.map((value, i) => value - fall[i]);
  const smooth = every({ width, height, values: mean(level, width, height, 2 * step + 1) }, step);
  const reach = Math.max(3, roundEven(WIDEST * Math.max(smooth.width, smooth.height)) | 1) >> 1;
  const [first, then] = darkOnLight ? [largest, smallest] : [smallest, largest];
  const closed = then(first(smooth.values, smooth.width, smooth.height, reach), smooth.width, smooth.height, reach);
  const envelope = { ...smooth, values: mean(closed, smooth.width, smooth.height, 3) };
  // At the edge of a sheet or of a shadow the nearest paper counts that differs least.
  const paper = then(resized(envelope, width, height, "bilinear").values, width, height, 2 * step);
  for (let i = 0; i < paper.length; i++) paper[i] += fall[i];
  const lifted = median(every({ width, height, values: values.map((value, i) => value - paper[i]) }, step).values);
  return paper.map((shade) => Math.min(1, Math.max(0, Math.fround(shade + lifted))));
}

/** Every so manyth row and column. */
export function every({ width, height, values }, step) {
  const size = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
  const found = new Float32Array(size.width * size.height);
  for (let row = 0, at = 0; row < height; row += step) {
    for (let column = 0; column < width; column += step) found[at++] = values[row * width + column];
  }
  return { ...size, values: found };
}
