// Softmax, cross-entropy and their gradient in float32, as PyTorch computes them: its digits stand below the picture.

const f = Math.fround;
const summed = (values) => f(values.reduce((total, value) => total + value, 0));

/** All that the picture shows of one example. What is too large for float32 is infinite.
 *
 * @param {{logits: number[], target: number, temperature: number, smoothing: number}} scores
 * @returns {{powers: number[], total: number, heights: number[], probabilities: number[], targets: number[],
 *   gradient: number[], loss: number, entropy: number, divergence: number}} as nnlab/learn/softmax/steps.py
 *   names them; the heights are the powers over the largest, 0 to 1
 */
export function softmaxNumbers({ logits, target, temperature, smoothing }) {
  const scaled = logits.map((logit) => f(f(logit) / f(temperature))),
    largest = Math.max(...scaled);
  const powers = scaled.map((value) => f(Math.exp(value)));
  const heights = scaled.map((value) => f(Math.exp(f(value - largest)))),
    sum = summed(heights);
  const logs = scaled.map((value) => f(f(value - largest) - f(Math.log(sum))));
  const probabilities = heights.map((height) => f(height / sum));
  const targets = logits.map((_logit, k) => f((k === target ? 1 - smoothing : 0) + smoothing / logits.length));
  return {
    powers,
    total: summed(powers),
    heights,
    probabilities,
    targets,
    gradient: logs.map((log, k) => f(f(f(Math.exp(log)) - targets[k]) / f(temperature))),
    loss: -summed(targets.map((y, k) => y * logs[k])),
    entropy: -summed(probabilities.map((p) => (p > 0 ? p * Math.log(p) : 0))),
    divergence: summed(targets.map((y, k) => (y > 0 ? y * (Math.log(y) - logs[k]) : 0))),
  };
}
