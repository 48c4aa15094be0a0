// The layers of sequences that look at one token at a time: embedding, positions, layer norm.
//
// The value d of token l stands at (l × D + d) × n. Each takes its JSON and the shape of one input, and gives
// what layers.js says; null where the shape does not fit.

/** Of each token its row of the table. A token that is none (PyTorch refuses it) has no numbers: NaN. */
export function embedding({ num_embeddings: rows, embedding_dim: width }, shape) {
  if (shape.length !== 1) return null;
  const [length] = shape;
  const run = (x, y, n, [weight]) => {
    for (let l = 0, to = 0; l < length; l++) {
      for (let d = 0; d < width; d++) {
        for (let p = 0, from = l * n; p < n; p++, from++, to++) {
          y[to] = x[from] >= 0 && x[from] < rows ? weight[x[from] * width + d] : NaN;
        }
      }
    }
  };
  return { shape: [length, width], run, parameters: { weight: [rows, width] } };
}

/** A learned vector for each place, added to what stands there. */
export function positions(_layer, shape) {
  if (shape.length !== 2) return null;
  const run = (x, y, n, [weight]) => {
    for (let unit = 0, i = 0; unit < weight.length; unit++) {
      for (let p = 0; p < n; p++, i++) y[i] = x[i] + weight[unit];
    }
  };
  return { shape, run, isByValue: true, parameters: { weight: shape } };
}

/** Each token's values to mean 0 and variance 1 (that of all its values, without Bessel's correction). */
export function layerNorm({ eps = 1e-5 }, shape) {
  if (shape.length !== 1 && shape.length !== 2) return null;
  const width = shape.at(-1),
    tokens = shape.length === 2 ? shape[0] : 1;
  const run = (x, y, n, [weight, bias]) => {
    for (let token = 0; token < tokens; token++) {
      for (let p = 0; p < n; p++) {
        const from = token * width * n + p,
          end = from + width * n;
        let mean = 0,
          variance = 0;
        for (let i = from; i < end; i += n) mean += x[i];
        mean /= width;
        for (let i = from; i < end; i += n) variance += (x[i] - mean) ** 2;
        const perStd = 1 / Math.sqrt(variance / width + eps);
        for (let d = 0, i = from; d < width; d++, i += n) y[i] = (x[i] - mean) * perStd * weight[d] + bias[d];
      }
    }
  };
  return { shape, run, isByValue: true, parameters: { weight: [width], bias: [width] } };
}
