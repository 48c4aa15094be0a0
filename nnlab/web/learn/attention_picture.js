// The picture of attention: the map of one head, how the chosen row came about, and what comes out.

import { palette } from "../colours.js";
import { AttentionAnswer, largest } from "./attention_answer.js";
import { AttentionMap } from "./attention_map.js";
import { AttentionWay } from "./attention_way.js";

export class AttentionPicture {
  /** @param {HTMLElement} element of the class `nnlab-attention` @param {(token: number) => void} choose told of a row */
  constructor(element, choose) {
    this.element = element;
    this.map = new AttentionMap(choose);
    [this.way, this.answer] = [new AttentionWay(), new AttentionAnswer()];
    element.setAttribute("role", "group");
    element.append(this.map.element, this.way.element, this.answer.element);
  }

  /** Take a sequence and what is said of it; what is shown is made anew where it is another one.
   *
   * @param {object} data `tokens`, `labels` (of all tokens), `answers` (their names), `target`, `each` (an answer
   *   for each token), `layer`, `head`, `heads`, `shares` and `signed` (colours as hex digits)
   */
  hear(data) {
    this.data = data;
    [this.shares, this.signed] = [palette(data.shares), palette(data.signed)];
    const { tokens, labels, answers, target, each } = data,
      said = JSON.stringify([tokens, labels, answers, target, each]);
    if (said === this.said) return;
    this.said = said;
    for (const part of [this.map, this.way, this.answer]) part.build(data);
  }

  /** Paint what the last evaluation of that sequence gave, with the row of one token.
   * @param {import("../forward.js").Network} evaluated
   */
  paint(evaluated, token) {
    const { tokens, layer, head, heads, answers, each } = this.data,
      inside = evaluated.inside(layer);
    const logits = evaluated.outputs().map(([value]) => value),
      count = answers.length;
    const given = each ? tokens.map((_token, i) => largest(logits.slice(i * count, (i + 1) * count))) : [];
    const length = tokens.length,
      from = head * length * length;
    const weights = inside.weights.subarray(from, from + length * length);
    const row = (of, at) => of.subarray(at + token * length, at + (token + 1) * length);
    this.map.paint(weights, this.shares, token, given);
    this.way.paint(inside, { token, head, heads }, row(inside.scores, from), row(weights, 0), this.signed);
    this.answer.paint(each ? logits.slice(token * count, (token + 1) * count) : logits, token);
  }
}
