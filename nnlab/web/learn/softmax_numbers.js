// Softmax, cross-entropy and their gradient for a picture that moves; PyTorch's own digits stand below it.

/** All that the picture shows of one example.
 *
 * @param {{logits: number[], target: number, temperature: number, smoothing: number}} scores
 * @returns {{powers: number[], total: number, probabilities: number[], targets: number[], gradient: number[],
 *   loss: number, entropy: number, divergence: number}} as nnlab/learn/softmax/steps.py names them
 */
export function softmaxNumbers({ logits, target, temperature, smoothing }) {
  const scaled = logits.map((logit) => logit / temperature);
  const largest = Math.max(...scaled), sum = (values) => values.reduce((total, value) => total + value, 0);
  const powers = scaled.map(Math.exp);
  const logOfSum = largest + Math.log(sum(scaled.map((value) => Math.exp(value - largest))));
  const logs = scaled.map((value) => value - logOfSum), probabilities = logs.map(Math.exp);
  const targets = logits.map((_logit, k) => (k === target ? 1 - smoothing : 0) + smoothing / logits.length);
  const loss = -sum(targets.map((y, k) => y * logs[k]));
  const targetEntropy = -sum(targets.map((y) => (y > 0 ? y * Math.log(y) : 0)));
  return {
    powers,
    total: sum(powers),
    probabilities,
    targets,
    gradient: probabilities.map((p, k) => (p - targets[k]) / temperature),
    loss,
    entropy: -sum(probabilities.map((p, k) => (p > 0 ? p * logs[k] : 0))),
    divergence: loss - targetEntropy,
  };
}
