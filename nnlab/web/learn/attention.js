// The attention of a network of sequences, of the weights that come over the wire (chapter "attention").
//
// The map: each token looks at each. Beside it how the row that a person chose came about, and what comes out.
// The browser's numbers have a few digits; the page writes those of PyTorch.

import { stage } from "../stage.js";
import { _ } from "../texts.js";
import { AttentionPicture } from "./attention_picture.js";

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
    this.picture = new AttentionPicture(element, (token) => this.#choose(token));
  }

  /** What the page says: see nnlab/ui/learn/chapters/attention/picture.py. */
  hear(data) {
    if (this.wanted === data.token || performance.now() - this.chosenAt > ECHO_WITHIN) this.wanted = null;
    this.token = Math.min(this.wanted ?? data.token, data.tokens.length - 1);
    this.data = data;
    this.x = Float32Array.from(data.tokens);
    this.picture.hear(data);
  }

  /** Called by the stage for each frame. */
  draw(shown) {
    const { tokens, layer, run } = this.data,
      { network } = shown;
    // Of another network: the page is on its way.
    if (shown.run !== run || network?.shape[0] !== tokens.length || network.layers[layer]?.kind !== "attention") return;
    this.picture.paint(shown.evaluate({ x: this.x, n: 1 }), this.token);
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
