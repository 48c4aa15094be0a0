// From a layer's JSON to what evaluates it: each kind's place, and the layers that do nothing.
//
// A made layer has `shape`, that of its output for one input; `parameters`, the name and shape of each
// tensor it needs; `run(x, y, n, weights)`, which writes the [units × n] values y from x; and `isByValue`
// where y may be x. Without `run` the values stay as they are. `inside`, where it has one, gives what the layer
// computed on the way at its last run.

import { activations } from "./layers_activations.js";
import { attention } from "./layers_attention.js";
import { batchNorm, features, linear, normalize } from "./layers_dense.js";
import { logSoftmax } from "./layers_softmax.js";
import { embedding, layerNorm, positions } from "./layers_tokens.js";
import { conv2d, pool2d } from "./layers_windows.js";
import { _ } from "./texts.js";

const KINDS = {
  ...activations,
  features,
  normalize,
  linear,
  conv2d,
  max_pool2d: pool2d,
  avg_pool2d: pool2d,
  batch_norm: batchNorm,
  log_softmax: logSoftmax,
  embedding,
  positions,
  attention,
  layer_norm: layerNorm,
  flatten: (_layer, shape) => ({ shape: [sizeOf(shape)] }),
  dropout: (_layer, shape) => ({ shape }), // it drops while training alone
};

/** How many values a shape holds. */
export function sizeOf(shape) {
  return shape.reduce((product, size) => product * size, 1);
}

/** The layer at a place of the network.
 *
 * @param {{kind: string}} layer as JSON
 * @param {number} index its place, from 0: the prefix of its tensors' names
 * @param {number[]} shape of what enters it, for one input
 * @throws {Error} the kind is unknown, or the shape does not fit
 */
export function makeLayer(layer, index, shape) {
  const place = { index: index + 1, kind: layer.kind, shape };
  if (!Object.hasOwn(KINDS, layer.kind)) throw new Error(_("Layer {index} is of the unknown kind {kind}.", place));
  const made = KINDS[layer.kind](layer, shape);
  if (!made) throw new Error(_("Layer {index} ({kind}) does not take the shape [{shape}].", place));
  const parameters = Object.entries(made.parameters ?? {}).map(([name, of]) => ({
    name: `${index}.${name}`,
    shape: of,
  }));
  return { ...made, parameters };
}
