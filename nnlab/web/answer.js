// A network's answer in words: the likeliest classes, or the value.

import { formatted } from "./format.js";
import { _ } from "./texts.js";

const MOST_CLASSES = 3; // named, the likeliest first

/** `class 1 97.31 %, class 0 2.69 %`, or `ŷ = 0.52`.
 * @param {number[]} outputs of the network for one input
 * @param {string[] | null} names of the classes; null: the output is a value
 */
export function answerOf(outputs, names) {
  return names ? likeliest(outputs, names) : `ŷ = ${formatted(outputs[0], ".5g")}`;
}

function likeliest(logits, names) {
  const largest = Math.max(...logits);
  const shares = logits.map((logit) => Math.exp(logit - largest));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (!Number.isFinite(sum)) return _("not a number");
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a]).slice(0, MOST_CLASSES);
  return order
    .map((index) => `${_("class {name}", { name: names[index] })} ${((100 * shares[index]) / sum).toFixed(2)} %`)
    .join(", ");
}
