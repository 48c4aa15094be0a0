// The activation functions, value by value.

import { erf } from "./layers_erf.js";

/** Each kind as layers.js wants it. A loop of its own for each: the browser compiles it into one piece. */
export const activations = {
  relu: byValue((x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = x[i] < 0 ? 0 : x[i];
  }),
  leaky_relu: byValue((x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = x[i] < 0 ? x[i] * 0.01 : x[i];
  }),
  tanh: byValue((x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = tanh(x[i]);
  }),
  sigmoid: byValue((x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
  }),
  silu: byValue((x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
  }),
  gelu: byValue((x, y) => {
    for (let i = 0; i < x.length; i++) y[i] = 0.5 * x[i] * (1 + erf(x[i] * Math.SQRT1_2));
  }),
};

function byValue(run) {
  return (_layer, shape) => ({ shape, run, isByValue: true });
}

/** tanh to 1.3e-7 of its value, and to 2.7e-7 beyond ±7.9, where it stays; NaN of NaN.
 *
 * The rational function of Eigen (`ptanh_float` in GenericPacketMathFunctions.h,
 * https://gitlab.com/libeigen/eigen), six times as fast as `Math.tanh`.
 */
export function tanh(value) {
  const x =
    value > 7.90531110763549805 ? 7.90531110763549805 : value < -7.90531110763549805 ? -7.90531110763549805 : value;
  const s = x * x;
  // biome-ignore format: one coefficient after another, as in the source
  const above = 4.89352455891786e-3 + s * (6.37261928875436e-4 + s * (1.48572235717979e-5 + s * (5.12229709037114e-8
    + s * (-8.60467152213735e-11 + s * (2.00018790482477e-13 + s * -2.76076847742355e-16)))));
  const below = 4.89352518554385e-3 + s * (2.268434632439e-3 + s * (1.18534705686654e-4 + s * 1.19825839466702e-6));
  return (x * above) / below;
}
