// `window.nnlab.outputs(inputs)`: the raw outputs of a page's network, for people's own scripts and for tests.

import { makeNetwork } from "../forward.js";
import { sizeOf } from "../layers.js";
import { _ } from "../texts.js";

const MOST = 100_000; // inputs at once
const AT_ONCE = 2 ** 22; // values of a network's inputs that are evaluated together

/** Let scripts ask the network of this page.
 *
 * @param {{layers: object[], shape: number[]}} network
 * @param {Map<string, object> | ((options: object) => Map<string, object>)} tensors of the `state_dict`,
 *   or what gives those that count now
 */
export function offerOutputs(network, tensors) {
  const asked = makeNetwork(network.layers, network.shape);
  (window.nnlab ??= {}).outputs = (inputs, options = {}) => {
    const weights = typeof tensors === "function" ? tensors(options) : tensors;
    return outputsOf(asked, network.shape, weights, inputs);
  };
}

/** What `network.eval()(x)` gives in PyTorch, flattened for each input.
 *
 * @param {import("../forward.js").Network} network
 * @param {number[]} shape of one input
 * @param {Map<string, object>} tensors
 * @param {ArrayLike<unknown>} inputs an array of inputs, each flat or nested arrays of numbers, row by row;
 *   or one flat input, which is answered by one array
 * @returns {number[][] | number[]}
 * @throws {Error} what was given does not fit
 */
export function outputsOf(network, shape, tensors, inputs) {
  const size = sizeOf(shape);
  if (!isList(inputs)) refuse(shape, _("{what}", { what: typeof inputs }));
  if (!inputs.length) return [];
  const isOne = typeof inputs[0] === "number" && inputs.length === size;
  const rows = isOne ? [inputs] : Array.from(inputs, (row) => (typeof row === "number" && size === 1 ? [row] : row));
  if (rows.length > MOST)
    throw new Error(_("At most {most} inputs are answered at once, got {count}.", { most: MOST, count: rows.length }));
  const answers = [],
    many = Math.max(1, Math.floor(AT_ONCE / size));
  for (let first = 0; first < rows.length; first += many) {
    const some = rows.slice(first, first + many),
      x = new Float32Array(some.length * size);
    some.forEach((row, i) => x.set(flat(row, shape, first + i), i * size));
    const found = network.forward(tensors, x, some.length),
      outputs = network.outputSize;
    for (let i = 0; i < some.length; i++) answers.push(Array.from(found.subarray(i * outputs, (i + 1) * outputs)));
  }
  return isOne ? answers[0] : answers;
}

const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

function flat(row, shape, place) {
  if (!isList(row)) refuse(shape, _("{what} at place {place}", { what: typeof row, place }));
  const values = Array.isArray(row)
    ? row.flat(Infinity).flatMap((value) => (isList(value) ? [...value] : [value]))
    : row;
  if (values.length !== sizeOf(shape))
    refuse(shape, _("{count} numbers at place {place}", { count: values.length, place }));
  for (const value of values) {
    if (typeof value !== "number")
      refuse(shape, _("{what} at place {place}", { what: JSON.stringify(value) ?? typeof value, place }));
  }
  return values;
}

function refuse(shape, got) {
  const needed = { size: sizeOf(shape), shape: shape.join(" × "), got };
  throw new Error(_("An input of this network is {size} numbers ({shape}), flat or nested: got {got}.", needed));
}
