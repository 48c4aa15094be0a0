// Scores as probabilities and as their logarithms.

/** Probabilities of scores.
 *
 * @param {Float32Array[]} scores of each class, [n]; logits or log-probabilities
 * @param {Float32Array[]} [into] of each class, [n], written; may be `scores`
 * @returns {Float32Array[]} `into`: of each class, [n], between 0 and 1; NaN where a score is NaN or +∞
 */
export function softmax(scores, into = scores.map(({ length }) => new Float32Array(length))) {
  const classes = scores.length,
    n = scores[0].length;
  for (let p = 0; p < n; p++) {
    let most = -Infinity,
      sum = 0;
    for (let k = 0; k < classes; k++) if (scores[k][p] > most) most = scores[k][p];
    for (let k = 0; k < classes; k++) sum += Math.exp(scores[k][p] - most);
    for (let k = 0; k < classes; k++) into[k][p] = Math.exp(scores[k][p] - most) / sum;
  }
  return into;
}

/** The layer: log-probabilities over the units of a row. */
export function logSoftmax(_layer, shape) {
  if (shape.length !== 1) return null;
  const run = (x, y, n) => {
    const end = shape[0] * n;
    for (let p = 0; p < n; p++) {
      let most = -Infinity,
        sum = 0;
      for (let i = p; i < end; i += n) if (x[i] > most) most = x[i];
      for (let i = p; i < end; i += n) sum += Math.exp(x[i] - most);
      const logOfSum = Math.log(sum);
      for (let i = p; i < end; i += n) y[i] = x[i] - most - logOfSum; // in this order: most may be 1e30
    }
  };
  return { shape, run, isByValue: true };
}
