// The layers of rows of values: features, normalisation, linear (also of each token), and batch norm of any shape.
//
// Each takes its JSON and the shape of one input, and gives what layers.js says; null where the shape does
// not fit. Where PyTorch rounds to float32 between two operations, `fround` does so too.

const { fround } = Math;

const FEATURES = {
  x1: (x1) => x1,
  x2: (_x1, x2) => x2,
  "x1^2": (x1) => x1 * x1,
  "x2^2": (_x1, x2) => x2 * x2,
  "x1*x2": (x1, x2) => x1 * x2,
  "sin(x1)": (x1) => Math.sin(x1),
  "sin(x2)": (_x1, x2) => Math.sin(x2),
  "cos(x1)": (x1) => Math.cos(x1),
  "cos(x2)": (_x1, x2) => Math.cos(x2),
};

export function features({ names }, shape) {
  const isKnown = names.every((name) => Object.hasOwn(FEATURES, name));
  const needsBoth = names.some((name) => name.includes("x2"));
  if (!isKnown || shape.length !== 1 || shape[0] < (needsBoth ? 2 : 1) || shape[0] > 2) return null;
  const functions = names.map((name) => FEATURES[name]),
    second = shape[0] - 1;
  const run = (x, y, n) => {
    functions.forEach((feature, unit) => {
      for (let p = 0, to = unit * n, other = second * n; p < n; p++) y[to++] = feature(x[p], x[other++]);
    });
  };
  return { shape: [names.length], run };
}

export function normalize({ mean = 0.5, std = 0.5 }, shape) {
  const isByColumn = Array.isArray(mean);
  if (isByColumn && (shape.length !== 1 || shape[0] !== mean.length)) return null;
  const means = [mean].flat().map(fround),
    stds = [std].flat().map(fround);
  const run = (x, y, n) => {
    const each = isByColumn ? n : x.length;
    means.forEach((middle, column) => {
      const spread = stds[column];
      for (let i = column * each; i < (column + 1) * each; i++) y[i] = fround(x[i] - middle) / spread;
    });
  };
  return { shape, run, isByValue: true };
}

export function linear({ out_features: outputs, bias = true }, shape) {
  if (shape.length !== 1 && shape.length !== 2) return null;
  const before = shape.slice(0, -1),
    inputs = shape.at(-1);
  const run = (x, y, n, [weight, biases]) => product(x, y, n, [before[0] ?? 1, inputs, outputs], weight, biases);
  return {
    shape: [...before, outputs],
    run,
    parameters: { weight: [outputs, inputs], ...(bias && { bias: [outputs] }) },
  };
}

/** The same matrix for each token: y = W x + b.
 *
 * @param {Float32Array} x [tokens × inputs × n]
 * @param {Float32Array} y [tokens × outputs × n], written
 * @param {number[]} sizes tokens, inputs, outputs
 * @param {Float32Array} weight [outputs × inputs]
 * @param {Float32Array} [bias] [outputs]
 */
export function product(x, y, n, [tokens, inputs, outputs], weight, bias) {
  const each = n < 4 ? dots : blocks;
  for (let token = 0; token < tokens; token++) {
    const from = x.subarray(token * inputs * n, (token + 1) * inputs * n);
    each(from, y.subarray(token * outputs * n, (token + 1) * outputs * n), n, inputs, outputs, weight, bias);
  }
}

function dots(x, y, n, inputs, outputs, weight, bias) {
  for (let o = 0; o < outputs; o++) {
    for (let p = 0; p < n; p++) {
      let sum = bias ? bias[o] : 0;
      for (let i = 0, k = o * inputs, at = p; i < inputs; i++, at += n) sum += weight[k++] * x[at];
      y[o * n + p] = sum;
    }
  }
}

// Two units at four inputs at a time, in the processor's registers. Where the numbers are not even, the
// last block reaches back into the one before and writes the same again.
function blocks(x, y, n, inputs, outputs, weight, bias) {
  for (let first = 0; first < outputs; first += 2) {
    const second = Math.min(first + 1, outputs - 1);
    const from = first * inputs,
      ahead = (second - first) * inputs;
    const biasA = bias ? bias[first] : 0,
      biasB = bias ? bias[second] : 0;
    for (let next = 0; next < n; next += 4) {
      const p = Math.min(next, n - 4);
      let a0 = biasA,
        a1 = biasA,
        a2 = biasA,
        a3 = biasA;
      let b0 = biasB,
        b1 = biasB,
        b2 = biasB,
        b3 = biasB;
      for (let i = 0, k = from, at = p; i < inputs; i++, k++, at += n) {
        const a = weight[k],
          b = weight[k + ahead];
        const x0 = x[at],
          x1 = x[at + 1],
          x2 = x[at + 2],
          x3 = x[at + 3];
        a0 += a * x0;
        a1 += a * x1;
        a2 += a * x2;
        a3 += a * x3;
        b0 += b * x0;
        b1 += b * x1;
        b2 += b * x2;
        b3 += b * x3;
      }
      const toA = first * n + p,
        toB = second * n + p;
      y[toA] = a0;
      y[toA + 1] = a1;
      y[toA + 2] = a2;
      y[toA + 3] = a3;
      y[toB] = b0;
      y[toB + 1] = b1;
      y[toB + 2] = b2;
      y[toB + 3] = b3;
    }
  }
}

/** By the running statistics, as one factor and one summand a channel, like PyTorch on a CPU. */
export function batchNorm({ eps = 1e-5 }, shape) {
  if (shape.length !== 1 && shape.length !== 3) return null;
  const [channels] = shape;
  const run = (x, y, _n, [weight, bias, mean, variance]) => {
    const each = x.length / channels;
    for (let channel = 0; channel < channels; channel++) {
      const perStd = fround(1 / fround(Math.sqrt(fround(variance[channel] + fround(eps)))));
      const factor = fround(perStd * weight[channel]);
      const summand = fround(bias[channel] - fround(fround(mean[channel] * perStd) * weight[channel]));
      for (let i = channel * each; i < (channel + 1) * each; i++) y[i] = x[i] * factor + summand;
    }
  };
  const each = [channels];
  const parameters = { weight: each, bias: each, running_mean: each, running_var: each };
  return { shape, run, isByValue: true, parameters };
}
