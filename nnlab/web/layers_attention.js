// Attention: every token asks all tokens of its sequence, and takes a mean of their values.
//
// softmax(Q Kᵀ / √(D / heads)) V, each head on its stretch of D / heads values; then a linear layer `out`,
// and what came in is added where the layer is `residual` (nnlab/config/layers.py).

import { product } from "./layers_dense.js";
import { softmax } from "./layers_softmax.js";

const NAMES = ["query", "key", "value", "out"];

/** As layers.js wants it. `inside()` gives the arrays of the last run: `query`, `key`, `value`, `mix`
 * [length × D × n], and `scores`, `weights` [heads × length × length × n]: of each head what a token (a row)
 * makes of each token (a column). A token that is not seen has the score −∞ and the weight 0.
 */
export function attention({ heads = 1, causal = false, residual = true }, shape) {
  if (shape.length !== 2 || shape[1] % heads) return null;
  const [length, width] = shape;
  let arrays = null;
  const run = (x, y, n, weights) => {
    if (arrays?.n !== n) arrays = allocate(heads, length, width, n, causal);
    const { query, key, value, mix } = arrays,
      sizes = [length, width, width];
    [query, key, value].forEach((made, i) => product(x, made, n, sizes, weights[2 * i], weights[2 * i + 1]));
    for (const row of arrays.rows) {
      score(row, query, key, n);
      softmax(row.scores, row.weights);
      mixOf(row, value, mix, n);
    }
    product(mix, y, n, sizes, weights[6], weights[7]);
    if (residual) for (let i = 0; i < y.length; i++) y[i] += x[i];
  };
  const parameters = Object.fromEntries(
    NAMES.flatMap((name) => [
      [`${name}.weight`, [width, width]],
      [`${name}.bias`, [width]],
    ]),
  );
  return { shape, run, parameters, inside: () => arrays };
}

function allocate(heads, length, width, n, causal) {
  const [query, key, value, mix] = NAMES.map(() => new Float32Array(length * width * n));
  const scores = new Float32Array(heads * length * length * n).fill(-Infinity);
  const weights = new Float32Array(scores.length);
  const rows = [],
    each = width / heads;
  for (let head = 0, row = 0; head < heads; head++) {
    for (let token = 0; token < length; token++, row++) {
      const seen = causal ? token + 1 : length; // of the tokens, from the first
      const views = (of) =>
        Array.from({ length: seen }, (_seen, j) => of.subarray((row * length + j) * n, (row * length + j + 1) * n));
      rows.push({ token, from: head * each, each, width, scores: views(scores), weights: views(weights) });
    }
  }
  return { n, query, key, value, mix, scores, weights, rows };
}

function score({ token, from, each, width, scores }, query, key, n) {
  scores.forEach((into, other) => {
    const atQuery = (token * width + from) * n,
      atKey = (other * width + from) * n;
    for (let p = 0; p < n; p++) {
      let sum = 0;
      for (let d = 0, i = p; d < each; d++, i += n) sum += query[atQuery + i] * key[atKey + i];
      into[p] = sum / Math.sqrt(each);
    }
  });
}

function mixOf({ token, from, each, width, weights }, value, mix, n) {
  for (let d = from; d < from + each; d++) {
    for (let p = 0; p < n; p++) {
      let sum = 0;
      for (let j = 0; j < weights.length; j++) sum += weights[j][p] * value[(j * width + d) * n + p];
      mix[(token * width + d) * n + p] = sum;
    }
  }
}
