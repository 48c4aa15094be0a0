// A network that reads pictures of 28 × 28, asked about drawings.

import { makeNetwork } from "../forward.js";
import { SIDE } from "./preprocess.js";
import { split } from "./split.js";

const MOST_DIGITS = 12; // of one picture; a page of writing holds more, and is no drawing

export class DigitReader {
  #made = new Map(); // networks by how many digits they are asked about

  /** @param {{layers: object[], tensors: Map<string, object>}} of the network: its layers as JSON, its weights */
  constructor({ layers, tensors, whole = false }) {
    this.whole = whole; // all ink is one drawing
    this.layers = layers;
    this.tensors = tensors;
    this.count = this.network(1).outputSize;
  }

  /** The network for so many pictures at once. */
  network(n) {
    if (!this.#made.has(n)) this.#made.set(n, makeNetwork(this.layers, [1, SIDE, SIDE]));
    return this.#made.get(n);
  }

  /** The digits of a picture, and what the network says to each.
   *
   * @param {{width: number, height: number, data: Uint8ClampedArray}} pixels RGBA, as ImageData has them
   * @returns {{box: number[], result: Float32Array, outputs: number[], shares: number[]}[]} in the order they are
   *   read: `outputs` as the network gives them, `shares` their softmax
   * @throws {EmptyDrawing} nothing is drawn
   * @throws {NotReproduced} the server would read it otherwise
   */
  read(pixels) {
    return this.readPieces(split(pixels, { whole: this.whole }).slice(0, MOST_DIGITS));
  }

  /** The same for pictures that are made ready.
   * @param {{result: Float32Array}[]} pieces
   */
  readPieces(pieces) {
    const x = new Float32Array(pieces.length * SIDE * SIDE);
    pieces.forEach(({ result }, i) => x.set(result, i * SIDE * SIDE));
    const rows = this.network(pieces.length).forward(this.tensors, x, pieces.length);
    return pieces.map((piece, i) => {
      const outputs = Array.from(rows.subarray(i * this.count, (i + 1) * this.count));
      return { ...piece, outputs, shares: sharesOf(outputs) };
    });
  }
}

/** Softmax of one input's outputs, in float64. */
export function sharesOf(outputs) {
  const most = Math.max(...outputs),
    powers = outputs.map((output) => Math.exp(output - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The index of the largest; of equal ones the first. */
export function bestOf(shares) {
  return shares.reduce((best, share, index) => (share > shares[best] ? index : best), 0);
}
