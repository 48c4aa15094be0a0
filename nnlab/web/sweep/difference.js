// How the outputs of two nets differ at many places.

/** The probability of each class at each place, [classes] of [n], or the values themselves. */
function shares(outputs, i) {
  const largest = Math.max(...outputs.map((values) => values[i]));
  const powers = outputs.map((values) => Math.exp(values[i] - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The difference as one number for each place.
 *
 * @param {Float32Array[]} a [outputs] of [n]
 * @param {Float32Array[]} b likewise
 * @param {{task: string}} look
 * @returns {{values: Float32Array, limit: number, kind: "value" | "class" | "classes"}} of numbers B − A;
 *   of two classes the probability of the second in B less that in A, −1 to 1; of more classes half the
 *   sum of the differences of their probabilities (the total variation), 0 to 1
 */
export function difference(a, b, { task }) {
  const n = a[0].length,
    values = new Float32Array(n);
  if (task === "regression") {
    for (let i = 0; i < n; i++) values[i] = b[0][i] - a[0][i];
    return { values, limit: largest(values), kind: "value" };
  }
  for (let i = 0; i < n; i++) {
    const [one, other] = [shares(a, i), shares(b, i)];
    values[i] =
      one.length === 2 ? other[1] - one[1] : one.reduce((sum, share, k) => sum + Math.abs(share - other[k]), 0) / 2;
  }
  return { values, limit: 1, kind: a.length === 2 ? "class" : "classes" };
}

function largest(values) {
  let found = 1e-6;
  for (const value of values) if (Math.abs(value) > found && Math.abs(value) !== Infinity) found = Math.abs(value);
  return found;
}

/** The share of places at which the likeliest class is another; null where the outputs are values. */
export function differing(a, b, task) {
  if (task === "regression") return null;
  const n = a[0].length;
  let count = 0;
  for (let i = 0; i < n; i++) if (likeliest(a, i) !== likeliest(b, i)) count += 1;
  return count / n;
}

function likeliest(outputs, i) {
  let best = 0;
  for (let k = 1; k < outputs.length; k++) if (outputs[k][i] > outputs[best][i]) best = k;
  return best;
}
