// The places of the plane or the line that a network is asked for, as its inputs.

/** How many places lie along each side of the plane, and along the line. */
export const SIDE = 100;

/** The inputs of a network at the middle of every pixel.
 *
 * @param {{inputs: number, extent: [number, number], cut: object | null}} space `inputs`: of the
 *   network; `extent`: the lowest and highest value of each axis; `cut`: what the plane is of a
 *   table's columns (`middle`, `unit`, `mean`, `across`, `up`, as nnlab/insight/plane/input_slice.py
 *   has them), null where the axes are the inputs
 * @param {number} [side] places along each side
 * @returns {{x: Float32Array, n: number} | null} row by row from the top, x₂ highest, [n, inputs]; of
 *   one input from left to right; null where there are more inputs than can be drawn
 */
export function placesOf({ inputs, extent: [low, high], cut }, side = SIDE) {
  const middle = (i) => low + ((high - low) / side) * (i + 0.5);
  if (!cut && inputs === 1) {
    return { x: Float32Array.from({ length: side }, (_place, i) => middle(i)), n: side };
  }
  if (!cut && inputs !== 2) return null;
  const n = side * side,
    x = new Float32Array(n * inputs);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++, at += inputs) {
      inputAt(x, at, middle(column), middle(side - 1 - row), cut);
    }
  }
  return { x, n };
}

/** Write the inputs at one place of the plane into `x`, from `at` on. */
export function inputAt(x, at, across, up, cut) {
  if (!cut) {
    x[at] = across;
    x[at + 1] = up;
    return;
  }
  x.set(cut.mean, at);
  x[at + cut.across] = cut.middle[cut.across] + cut.unit[cut.across] * across;
  if (cut.up !== null) x[at + cut.up] = cut.middle[cut.up] + cut.unit[cut.up] * up;
}

/** An even grid of one input, both ends among it: [n]. */
export function evenly([low, high], n) {
  return Float32Array.from({ length: n }, (_place, i) => low + ((high - low) * i) / (n - 1));
}
