// Values as colours: the same steps and palettes as nnlab/figures/boundary.py and network.py.

/** Colours that came as hex digits, six each, as ImageData takes them: [n].
 * @param {string} hex
 */
export function palette(hex) {
  const bytes = new Uint8Array(4 * (hex.length / 6));
  for (let i = 0; i < hex.length / 6; i++) {
    const colour = parseInt(hex.slice(6 * i, 6 * i + 6), 16);
    bytes.set([colour >> 16, (colour >> 8) & 255, colour & 255, 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}

const clip = (share) => (share < 0 ? 0 : share > 1 ? 1 : share);

/** Colour a share of 0 to 1 by a palette whose last colour is for what is no number. */
function diverging(share, colours, levels, discretize) {
  if (Number.isNaN(share)) return colours[colours.length - 1];
  return colours[Math.round(clip(discretize ? Number(share >= 0.5) : share) * levels)];
}

/** Paint a network's answers over the plane.
 *
 * @param {Uint32Array} pixels [n], written
 * @param {Float32Array[]} outputs of each class or of the one value, [n]: logits, log-probabilities or values
 * @param {{task: string, limit: number, discretize: boolean, colours: Uint32Array}} style
 */
export function paintPlane(pixels, outputs, { task, limit, discretize, colours }) {
  const n = pixels.length;
  if (task === "regression") {
    const [values] = outputs,
      levels = colours.length - 2;
    for (let i = 0; i < n; i++) {
      pixels[i] = diverging((values[i] / limit + 1) / 2, colours, levels, discretize);
    }
  } else if (outputs.length === 2) {
    const [zero, one] = outputs,
      levels = colours.length - 2;
    for (let i = 0; i < n; i++) {
      pixels[i] = diverging(1 / (1 + Math.exp(zero[i] - one[i])), colours, levels, discretize);
    }
  } else if (outputs.length === 1)
    pixels.fill(colours[colours.length - 2]); // one class alone is certain
  else paintClasses(pixels, outputs, colours, discretize);
}

// By the likeliest class, the stronger the surer: neutral at 1/k, full colour at 1.
function paintClasses(pixels, outputs, colours, discretize) {
  const classes = outputs.length,
    steps = (colours.length - 1) / classes;
  for (let i = 0; i < pixels.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (outputs[k][i] > outputs[best][i]) best = k;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(outputs[k][i] - outputs[best][i]);
    const sure = (1 / sum - 1 / classes) / (1 - 1 / classes);
    pixels[i] = Number.isNaN(sure)
      ? colours[colours.length - 1]
      : colours[best * steps + Math.round((discretize ? 1 : clip(sure)) * (steps - 1))];
  }
}

/** The largest finite size among the values, at least `least`. */
export function scaleOf(values, least) {
  let largest = least;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > largest && size !== Infinity) largest = size;
  }
  return largest;
}

/** Paint what a neuron gives over the plane, from orange (−) over neutral (0) to blue (+). Full colour is
 * at its largest size, but at no less than 1: a neuron that hardly moves looks pale.
 *
 * @param {Uint32Array} pixels [height × width], written
 * @param {Float32Array} values [side × side], row 0 on top
 * @param {{left: number, top: number, width: number, side: number, every: number}} place of the tile in
 *   `pixels`, `width` that of a row there; every so many places are taken
 * @param {Uint32Array} colours
 */
export function paintNeuron(pixels, values, { left, top, width, side, every }, colours) {
  const scale = scaleOf(values, 1),
    half = (colours.length - 2) / 2,
    none = colours[colours.length - 1];
  const tile = side / every;
  for (let row = 0; row < tile; row++) {
    let from = row * every * side,
      to = (top + row) * width + left;
    for (let column = 0; column < tile; column++, from += every, to++) {
      const share = values[from] / scale;
      pixels[to] = Number.isNaN(share)
        ? none
        : colours[Math.round((share < -1 ? -1 : share > 1 ? 1 : share) * half) + half];
    }
  }
}

/** Paint what a neuron gives along a line: the area between its curve and 0. Arguments as above. */
export function paintCurve(pixels, values, { left, top, width, side, every }, colours) {
  const scale = scaleOf(values, 1),
    half = (colours.length - 2) / 2;
  const tile = side / every;
  for (let row = 0; row < tile; row++) {
    const height = 1 - (2 * row + 1) / tile;
    for (let column = 0; column < tile; column++) {
      const share = values[column * every] / scale;
      const area = height > 0 ? share >= height : share <= height;
      pixels[(top + row) * width + left + column] = colours[half + (area ? Math.sign(height) * half : 0)];
    }
  }
}
