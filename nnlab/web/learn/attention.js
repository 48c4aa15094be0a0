// The attention of a network of sequences, of the weights that come over the wire (chapter "attention").
//
// The map: each token looks at each. Beside it how the row that a person chose came about, and what comes out.
// The browser's numbers have a few digits; the page writes those of PyTorch.

import { palette } from "../colours.js";
import { stage } from "../stage.js";
import { _ } from "../texts.js";
import { AttentionAnswer, largest } from "./attention_answer.js";
import { AttentionMap } from "./attention_map.js";
import { AttentionWay } from "./attention_way.js";

const TELL_AFTER = 150; // milliseconds without a further choice until the page hears of it
const ECHO_WITHIN = 6000; // milliseconds: after that the page's word counts again

export function draw({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".nnlab-attention");
  const view = (element.view ??= new AttentionView(element));
  view.tell = (token) => setTriggerValue("token", token);
  view.hear(data);
  stage.add(view);
}

export function drop() {}

class AttentionView {
  wanted = null; // a row chosen here that the page has not said yet

  constructor(element) {
    this.element = element;
    this.map = new AttentionMap((token) => this.#choose(token));
    [this.way, this.answer] = [new AttentionWay(), new AttentionAnswer()];
    element.setAttribute("role", "group");
    element.append(this.map.element, this.way.element, this.answer.element);
  }

  /** What the page says: see nnlab/ui/learn/chapters/attention/picture.py. */
  hear(data) {
    if (this.wanted === data.token || performance.now() - this.chosenAt > ECHO_WITHIN) this.wanted = null;
    this.token = Math.min(this.wanted ?? data.token, data.tokens.length - 1);
    this.data = data;
    this.x = Float32Array.from(data.tokens);
    [this.shares, this.signed] = [palette(data.shares), palette(data.signed)];
    const { tokens, labels, answers, target, each } = data, said = JSON.stringify([tokens, labels, answers, target, each]);
    if (said === this.said) return;
    this.said = said;
    for (const part of [this.map, this.way, this.answer]) part.build(data);
  }

  /** Called by the stage for each frame. */
  draw(shown) {
    const { tokens, layer, head, heads, answers, each, run } = this.data, { network } = shown, { token } = this;
    // Of another network: the page is on its way.
    if (shown.run !== run || network?.shape[0] !== tokens.length || network.layers[layer]?.kind !== "attention") return;
    const evaluated = shown.evaluate({ x: this.x, n: 1 }), inside = evaluated.inside(layer);
    const logits = evaluated.outputs().map(([value]) => value), count = answers.length;
    const given = each ? tokens.map((_token, i) => largest(logits.slice(i * count, (i + 1) * count))) : [];
    const length = tokens.length, from = head * length * length;
    const weights = inside.weights.subarray(from, from + length * length);
    const row = (of, at) => of.subarray(at + token * length, at + (token + 1) * length);
    this.map.paint(weights, this.shares, token, given);
    this.way.paint(inside, { token, head, heads }, row(inside.scores, from), row(weights, 0), this.signed);
    this.answer.paint(each ? logits.slice(token * count, (token + 1) * count) : logits, token);
    this.element.dataset.step = shown.step;
    this.element.setAttribute("aria-label", _("Attention at step {step}", { step: shown.step }));
  }

  #choose(token) {
    this.token = this.wanted = token;
    this.chosenAt = performance.now();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(token), TELL_AFTER);
    stage.redraw();
  }
}
