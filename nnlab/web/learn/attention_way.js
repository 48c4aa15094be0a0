// How the attention of one token comes about: its query, all keys, scores, softmax, all values, their mix.

import { scaleOf } from "../colours.js";
import { number } from "../format.js";
import { _ } from "../texts.js";
import { canvas, fill, made, set } from "./attention_dom.js";

const DIGITS = 3; // of the browser's own numbers; all digits are the page's
const LEAST = 1e-6; // full colour is at the largest size of a vector's values, and at no less than this

export class AttentionWay {
  element = made("table", "nnlab-attention-way");

  /** Make the rows of a sequence. */
  build({ tokens, labels }) {
    Object.assign(this, { tokens, labels });
    this.element.replaceChildren();
    this.caption = this.element.appendChild(made("caption"));
    const heads = this.element.createTHead().insertRow();
    for (const head of ["", _("key"), _("score"), _("softmax"), "", _("value")]) {
      const cell = heads.appendChild(made(head ? "th" : "td", "", head));
      if (head) cell.scope = "col";
    }
    const body = this.element.createTBody();
    this.query = vectorCells(body, _("query"))[0].appendChild(canvas(1, 1));
    this.lines = tokens.map((token) => {
      const [key, score, weight, bar, value] = vectorCells(body, labels[token]);
      return {
        key: key.appendChild(canvas(1, 1)),
        score,
        weight,
        bar: bar.appendChild(made("i", "nnlab-attention-bar")),
        value: value.appendChild(canvas(1, 1)),
      };
    });
    this.mix = vectorCells(body, _("mix"))[4].appendChild(canvas(1, 1));
  }

  /** Paint one row of the map.
   * @param {object} inside of the attention layer (layers_attention.js)
   * @param {{token: number, head: number, heads: number}} of which row and head
   * @param {Float32Array} scores [length]
   * @param {Float32Array} weights [length]
   * @param {Uint32Array} colours from − over 0 to +, the last for what is no number
   */
  paint({ query, key, value, mix }, { token, head, heads }, scores, weights, colours) {
    const length = this.tokens.length,
      width = query.length / length,
      each = width / heads;
    const vector = (of, place) => of.subarray(place * width + head * each, place * width + (head + 1) * each);
    const asked = vector(query, token),
      mixed = vector(mix, token);
    const keys = this.lines.map((_line, i) => vector(key, i)),
      values = this.lines.map((_line, i) => vector(value, i));
    const ofKeys = Math.max(...[asked, ...keys].map((one) => scaleOf(one, LEAST)));
    const ofValues = Math.max(...[mixed, ...values].map((one) => scaleOf(one, LEAST)));
    const words = { token: this.labels[this.tokens[token]], place: token + 1 };
    set(this.caption, _("How {token} at place {place} looks at all tokens", words));
    strip(this.query, asked, ofKeys, colours);
    this.lines.forEach((line, i) => {
      strip(line.key, keys[i], ofKeys, colours);
      set(line.score, number(scores[i], DIGITS));
      set(line.weight, weights[i].toFixed(DIGITS));
      line.bar.style.width = `${100 * (weights[i] || 0)}%`;
      strip(line.value, values[i], ofValues, colours);
    });
    strip(this.mix, mixed, ofValues, colours);
  }
}

function vectorCells(body, name) {
  const row = body.insertRow(),
    head = row.appendChild(made("th", "", name));
  head.scope = "row";
  return Array.from({ length: 5 }, () => row.insertCell());
}

function strip(canvas, values, scale, colours) {
  const half = (colours.length - 2) / 2;
  if (canvas.width !== values.length) canvas.width = values.length;
  fill(
    canvas,
    values,
    (value) => colours[Number.isFinite(value) ? Math.round((value / scale) * half) + half : 2 * half + 1],
  );
}
