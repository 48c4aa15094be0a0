// Tensors out of the bytes of a safetensors file (https://github.com/huggingface/safetensors#format).

import { _ } from "./texts.js";

const ITEM_BYTES = { F16: 2, F32: 4, F64: 8, I32: 4, I64: 8, U8: 1 };

/** The tensors of a file, and the training step that its metadata names.
 *
 * @typedef {{shape: number[], data: Float32Array | Float64Array | Int32Array | Uint8Array}} Tensor `data`
 *   in row-major order; F16 and F32 as Float32Array, F64 and I64 (exact up to 2⁵³) as Float64Array
 *
 * @param {ArrayBuffer | Uint8Array} bytes a whole file, and nothing behind it. Where the numbers lie at a
 *   multiple of their size, `data` looks into these bytes; elsewhere it is a copy
 * @returns {{step: number, tensors: Map<string, Tensor>}} `step` is 0 where the metadata has none
 * @throws {Error} the bytes are no such file, or hold numbers of another kind: says what was wrong
 */
export function readTensors(bytes) {
  const whole = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const { header, start } = readHeader(whole);
  const { __metadata__: metadata = {}, ...entries } = header;
  const inOrder = Object.entries(entries).map(([name, entry]) => checked(name, entry));
  inOrder.sort((one, other) => one.begin - other.begin || one.end - other.end);
  let at = 0; // the numbers lie one after another, without gaps, up to the end
  for (const { name, begin, end } of inOrder) {
    if (begin !== at)
      refuse(_("the tensor {name} begins at byte {begin} of the numbers, not at {at}", { name, begin, at }));
    at = end;
  }
  const found = whole.length - start;
  if (at !== found) refuse(_("the header speaks of {at} bytes of numbers, there are {found}", { at, found }));
  const tensors = new Map();
  for (const entry of inOrder) tensors.set(entry.name, { shape: entry.shape, data: numbers(whole, start, entry) });
  return { step: stepOf(metadata), tensors };
}

function readHeader(whole) {
  if (whole.length < 8) refuse(_("{count} bytes are fewer than the 8 of the header's length", { count: whole.length }));
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > whole.length - 8)
    refuse(_("a header of {length} bytes does not fit into {count}", { length, count: whole.length }));
  const start = 8 + Number(length);
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(whole.subarray(8, start)));
  } catch (error) {
    refuse(_("the header is no JSON: {why}", { why: error.message }));
  }
  if (!isObject(header)) refuse(_("the header is no JSON object"));
  return { header, start };
}

function checked(name, entry) {
  if (!isObject(entry))
    refuse(_("the header says of the tensor {name} no more than {entry}", { name, entry: JSON.stringify(entry) }));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!Object.hasOwn(ITEM_BYTES, dtype)) {
    refuse(_("the tensor {name} has numbers of the kind {dtype}, not F16, F32, F64, I32, I64 or U8", { name, dtype }));
  }
  if (!areSizes(shape)) refuse(_("the tensor {name} has the shape {shape}", { name, shape: JSON.stringify(shape) }));
  if (!areSizes(offsets) || offsets.length !== 2) {
    refuse(_("the tensor {name} lies at {offsets}", { name, offsets: JSON.stringify(offsets) }));
  }
  const [begin, end] = offsets,
    count = shape.reduce((product, size) => product * size, 1);
  if (end - begin !== count * ITEM_BYTES[dtype]) {
    const found = { name, shape, dtype, bytes: end - begin };
    refuse(_("the tensor {name} of the shape [{shape}] in {dtype} has {bytes} bytes", found));
  }
  return { name, dtype, shape, begin, end, count };
}

// Typed arrays read in the order of the processor, little-endian wherever there is a browser.
function numbers(whole, start, { dtype, begin, end, count }) {
  let from = whole.byteOffset + start + begin,
    { buffer } = whole;
  if (from % ITEM_BYTES[dtype]) [buffer, from] = [buffer.slice(from, whole.byteOffset + start + end), 0];
  if (dtype === "F16") return widened(new Uint16Array(buffer, from, count));
  if (dtype === "F32") return new Float32Array(buffer, from, count);
  if (dtype === "I32") return new Int32Array(buffer, from, count);
  if (dtype === "U8") return new Uint8Array(buffer, from, count);
  if (dtype === "F64") return new Float64Array(buffer, from, count);
  return Float64Array.from(new BigInt64Array(buffer, from, count), Number);
}

let halves = null; // what each of the 2¹⁶ numbers of 16 bits is

function widened(bits) {
  halves ??= Float32Array.from({ length: 1 << 16 }, (_half, i) => halfOf(i));
  const data = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) data[i] = halves[bits[i]];
  return data;
}

// IEEE 754 binary16: a sign, 5 bits of exponent (bias 15), 10 of the fraction.
function halfOf(bits) {
  const sign = bits >> 15 ? -1 : 1,
    exponent = (bits >> 10) & 31,
    fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -24 * fraction;
}

function stepOf(metadata) {
  const { step = "0" } = isObject(metadata) ? metadata : refuse(_("the metadata is no JSON object"));
  if (!/^\d{1,15}$/.test(step)) {
    refuse(_("the step in the metadata is {step}, no whole number", { step: JSON.stringify(step) }));
  }
  return Number(step);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areSizes(values) {
  return Array.isArray(values) && values.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function refuse(what) {
  throw new Error(_("These bytes are no safetensors file: {what}.", { what }));
}
