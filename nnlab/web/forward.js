// A network of nnlab, evaluated in the browser: what PyTorch's `network.eval()(x)` gives.
//
// Values lie by units, [units][n]: those of one unit for all inputs stand together, so each inner loop
// runs along the inputs, and a unit over the plane is one stretch of memory. A unit of a picture is one of
// its pixels, counted row by row, channel after channel; of a sequence one value of a token, token after token.
//
// Each layer's values are float32, as PyTorch's; sums run in float64. They are at most 1e-5 of the layer's
// largest value apart from PyTorch's (tests/web), but for networks in which float32 itself is rougher.
//
// Measured for an 8→8 layer at 10,000 inputs, a multiply-add takes 0.6 ns so (blocks of 2 units × 4
// inputs, sums in float64), and 1.6 ns where an input's values stand together.

import { makeLayer, sizeOf } from "./layers.js";
import { _ } from "./texts.js";

export { softmax } from "./layers_softmax.js";

/** A network whose arrays are made at the first evaluation, and anew only when `n` or `keep` is another.
 *
 * @param {object[]} layers `Experiment.model.layers` as JSON (nnlab/config/layers.py); what has a default
 *   there may be missing
 * @param {number[]} inputShape of one input, [2] or [1, 28, 28], say
 * @returns {Network}
 * @throws {Error} a layer is unknown, or does not fit the shape before it
 */
export function makeNetwork(layers, inputShape) {
  return new Network(layers, inputShape);
}

export class Network {
  #layers;
  #inputSize;
  #n = -1;
  #keep = false;
  #buffers = []; // of the inputs, then of each layer: [units × n]
  #views = []; // of the units of each, made when first asked for
  #rows = new Float32Array(0);

  constructor(layers, inputShape) {
    let shape = [...inputShape];
    this.#inputSize = sizeOf(shape);
    this.#layers = layers.map((layer, index) => {
      const made = makeLayer(layer, index, shape);
      shape = made.shape;
      return { ...made, weights: made.parameters.map(() => null) };
    });
    /** The shape of each layer's output for one input. */
    this.shapes = this.#layers.map((layer) => layer.shape);
    /** The name and shape of each tensor that it needs. */
    this.parameters = this.#layers.flatMap(({ parameters }) => parameters);
    /** How many values the network gives for one input. */
    this.outputSize = sizeOf(shape);
  }

  /** Evaluate the network.
   *
   * @param {Map<string, {shape: number[], data: Float32Array}>} tensors the weights by their names in the
   *   `state_dict`, `0.weight` say; others than the network's are no fault
   * @param {Float32Array} x [n × values of an input], input after input
   * @param {number} n how many inputs, at least 1
   * @param {{keep?: boolean}} [options] `keep`: every layer's output can be asked for afterwards; without
   *   it, that of the last alone, and activations take no memory of their own
   * @returns {Float32Array} [n × outputs], input after input; written again by the next evaluation
   * @throws {Error} a tensor is missing or of another shape, or `x` has another length
   */
  forward(tensors, x, n, { keep = false } = {}) {
    if (!(n >= 1) || x.length !== n * this.#inputSize) {
      const found = { n, size: this.#inputSize, length: x.length };
      throw new Error(_("{n} inputs of {size} values each are needed, x has {length}.", found));
    }
    for (const layer of this.#layers) collect(layer, tensors);
    this.#allocate(n, keep);
    byUnits(x, this.#buffers[0], this.#inputSize, n);
    this.#layers.forEach(({ run, weights }, index) => {
      run?.(this.#buffers[index], this.#buffers[index + 1], n, weights);
    });
    byInputs(this.#buffers.at(-1), this.#rows, this.outputSize, n);
    return this.#rows;
  }

  /** Whether the last evaluation gave the values of such a unit. */
  has(layer, index) {
    const values = this.#buffers[layer + 1];
    return Boolean(values) && index >= 0 && index < values.length / this.#n;
  }

  /** The values of one unit at all inputs of the last evaluation.
   *
   * @param {number} layer counted from 0; -1: the inputs
   * @param {number} index of the unit in the layer
   * @returns {Float32Array} [n], a view: the next evaluation writes it again
   * @throws {Error} there is no such unit, or it was not kept
   */
  unit(layer, index) {
    const values = this.#buffers[layer + 1];
    const isLast = layer === this.#layers.length - 1;
    if (!this.has(layer, index)) {
      throw new Error(
        _("The network has no unit {index} of layer {layer}, or was not evaluated yet.", { index, layer }),
      );
    }
    if (!this.#keep && !isLast) {
      throw new Error(
        _("The values of layer {layer} were not kept: call forward with {call}.", { layer, call: "{keep: true}" }),
      );
    }
    return (this.#views[layer + 1][index] ??= values.subarray(index * this.#n, (index + 1) * this.#n));
  }

  /** What an attention layer computed on the way at the last evaluation: see layers_attention.js.
   *
   * @throws {Error} the layer has nothing to show
   */
  inside(layer) {
    const { inside } = this.#layers[layer] ?? {};
    if (!inside || this.#n < 0)
      throw new Error(_("Layer {layer} has no attention, or was not evaluated yet.", { layer }));
    return inside();
  }

  /** The values of each output at all inputs: [outputs] of views as `unit` gives them. */
  outputs() {
    const last = this.#layers.length - 1;
    return Array.from({ length: this.outputSize }, (_output, index) => this.unit(last, index));
  }

  #allocate(n, keep) {
    if (n === this.#n && keep === this.#keep) return;
    [this.#n, this.#keep] = [n, keep];
    this.#buffers = [new Float32Array(this.#inputSize * n)];
    for (const { run, shape, isByValue } of this.#layers) {
      const isSame = !run || (isByValue && !keep);
      this.#buffers.push(isSame ? this.#buffers.at(-1) : new Float32Array(sizeOf(shape) * n));
    }
    this.#views = this.#buffers.map(() => []);
    this.#rows = new Float32Array(this.outputSize * n);
  }
}

function collect({ parameters, weights }, tensors) {
  for (let i = 0; i < parameters.length; i++) {
    const { name, shape } = parameters[i],
      tensor = tensors.get(name);
    if (!tensor) {
      throw new Error(_("The tensor {name} of the shape [{shape}] is missing among the weights.", { name, shape }));
    }
    if (!isSameShape(tensor.shape, shape)) {
      const found = { name, shape, found: tensor.shape };
      throw new Error(_("The tensor {name} must have the shape [{shape}], it has [{found}].", found));
    }
    weights[i] = tensor.data;
  }
}

function isSameShape(one, other) {
  return one.length === other.length && one.every((size, i) => size === other[i]);
}

function byUnits(rows, values, units, n) {
  for (let unit = 0, to = 0; unit < units; unit++) {
    for (let p = 0, from = unit; p < n; p++, from += units) values[to++] = rows[from];
  }
}

function byInputs(values, rows, units, n) {
  for (let unit = 0, from = 0; unit < units; unit++) {
    for (let p = 0, to = unit; p < n; p++, to += units) rows[to] = values[from++];
  }
}
