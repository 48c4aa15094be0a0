// What comes out at one place, or for the whole sequence: the probability of each answer.

import { softmax } from "../forward.js";
import { _ } from "../texts.js";
import { made, set } from "./attention_dom.js";

export class AttentionAnswer {
  element = made("div", "nnlab-attention-answer");

  /** Make a bar for each answer. */
  build({ answers, target, each }) {
    Object.assign(this, { answers, target, each });
    this.said = made("p");
    const bars = made("div", each ? "" : "nnlab-attention-classes");
    this.bars = answers.map((name) => {
      const [one, box, bar, share] = [made("div"), made("span"), made("i", "nnlab-attention-bar"), made("small")];
      box.append(bar);
      one.append(box, made("b", "", name), share);
      bars.append(one);
      return { one, bar, share };
    });
    this.element.replaceChildren(this.said, bars);
  }

  /** Paint the probabilities.
   * @param {number[]} logits of the place, or of the sequence
   * @param {number} token the chosen place
   */
  paint(logits, token) {
    const { answers, target, each } = this;
    const shares = softmax(logits.map((logit) => [logit])).map(([share]) => share);
    const given = answers[largest(logits)],
      right = target[each ? token : 0];
    const words = { given, right: answers[right], place: token + 1 };
    set(
      this.said,
      each
        ? _("Out at place {place}: {given}, right is {right}", words)
        : _("Out for the whole sequence: {given}, right is {right}", words),
    );
    this.bars.forEach(({ one, bar, share }, k) => {
      one.className = k === right ? "nnlab-attention-target" : "";
      bar.style[each ? "height" : "width"] = `${100 * (shares[k] || 0)}%`;
      set(share, `${(100 * shares[k]).toFixed(0)} %`);
    });
  }
}

/** The place of the largest among some numbers. */
export function largest(values) {
  let found = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[found]) found = k;
  return found;
}
