// The layers that look through a window: convolution and pooling, of [channels, height, width].
//
// The values of one pixel stand at ((channel × height + row) × width + column) × n. A row of a picture for
// all inputs is therefore one stretch of memory, and at stride 1 it is shifted as a whole.

import { product } from "./layers_dense.js";

const MOST = 2 ** 19; // values of all windows that are written out: more would not stay near the processor
let sums = new Float64Array(0); // of one row, shared: nothing in it outlives a row
let windows = new Float32Array(0); // shared as well

function window(shape, size, stride, padding) {
  if (shape.length !== 3) return null;
  const [, ...sides] = shape;
  const found = sides.map((side) => Math.floor((side + 2 * padding - size) / stride) + 1);
  return found.every((side) => side >= 1) ? found : null;
}

export function conv2d(layer, shape) {
  const { out_channels: channels, kernel_size: size = 3, stride = 1, padding = 0, bias = true } = layer;
  const sides = window(shape, size, stride, padding);
  if (!sides) return null;
  const [inChannels, height, width] = shape,
    [outHeight, outWidth] = sides;

  // Columns of the output that one column of the kernel reaches without leaving the picture.
  const reaches = Array.from({ length: size }, (_column, kx) => ({
    low: Math.max(0, Math.ceil((padding - kx) / stride)),
    high: Math.min(outWidth - 1, Math.floor((width - 1 + padding - kx) / stride)),
  }));

  function addRow(x, n, weight, from, channel, row) {
    for (let ky = 0; ky < size; ky++) {
      const y = row * stride + ky - padding;
      if (y < 0 || y >= height) continue;
      for (let kx = 0; kx < size; kx++) {
        const { low, high } = reaches[kx],
          value = weight[from + ky * size + kx];
        const start = ((channel * height + y) * width + kx - padding) * n;
        if (stride === 1) {
          for (let i = low * n; i < (high + 1) * n; i++) sums[i] += value * x[start + i];
        } else {
          for (let column = low; column <= high; column++) {
            for (let p = 0, i = column * n, at = start + column * stride * n; p < n; p++) sums[i++] += value * x[at++];
          }
        }
      }
    }
  }

  // What each place of the kernel meets, [channels × kernel, pixels × n]: the convolution is a product with it.
  function writeWindows(x, n) {
    for (let unit = 0, to = 0; unit < inChannels * size * size; unit++) {
      const channel = Math.floor(unit / (size * size)),
        ky = Math.floor(unit / size) % size,
        kx = unit % size;
      const { low, high } = reaches[kx];
      for (let row = 0; row < outHeight; row++, to += outWidth * n) {
        const y = row * stride + ky - padding;
        if (y < 0 || y >= height) {
          windows.fill(0, to, to + outWidth * n);
          continue;
        }
        const start = (channel * height + y) * width + kx - padding;
        windows.fill(0, to, to + low * n);
        windows.fill(0, to + (high + 1) * n, to + outWidth * n);
        for (let column = low; column <= high; column++) {
          for (let p = 0, i = to + column * n, at = (start + column * stride) * n; p < n; p++) windows[i++] = x[at++];
        }
      }
    }
  }

  const run = (x, y, n, [weight, biases]) => {
    const units = inChannels * size * size,
      places = outHeight * outWidth * n;
    if (units * places <= MOST) {
      if (windows.length < units * places) windows = new Float32Array(units * places);
      writeWindows(x, n);
      product(windows.subarray(0, units * places), y, places, [1, units, channels], weight, biases);
      return;
    }
    const length = outWidth * n;
    if (sums.length < length) sums = new Float64Array(length);
    for (let out = 0, to = 0; out < channels; out++) {
      for (let row = 0; row < outHeight; row++) {
        sums.fill(biases ? biases[out] : 0, 0, length);
        for (let channel = 0; channel < inChannels; channel++) {
          addRow(x, n, weight, (out * inChannels + channel) * size * size, channel, row);
        }
        for (let i = 0; i < length; i++) y[to++] = sums[i];
      }
    }
  };
  const parameters = { weight: [channels, inChannels, size, size], ...(bias && { bias: [channels] }) };
  return { shape: [channels, outHeight, outWidth], run, parameters };
}

export function pool2d({ kind, kernel_size: size = 2, stride: given = null }, shape) {
  const stride = given ?? size,
    sides = window(shape, size, stride, 0);
  if (!sides) return null;
  const [channels, height, width] = shape,
    [outHeight, outWidth] = sides;
  const pool = kind === "max_pool2d" ? largest : mean;
  const run = (x, y, n) => {
    let to = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++) {
          const from = ((channel * height + row * stride) * width + column * stride) * n;
          for (let p = 0; p < n; p++) y[to++] = pool(x, from + p, size, n, width * n);
        }
      }
    }
  };
  return { shape: [channels, outHeight, outWidth], run };
}

function largest(x, from, size, right, down) {
  let found = -Infinity;
  for (let ky = 0; ky < size; ky++) {
    for (let kx = 0, at = from + ky * down; kx < size; kx++, at += right) {
      const value = x[at];
      if (value > found || Number.isNaN(value)) found = value; // what is no number stays, as in PyTorch
    }
  }
  return found;
}

function mean(x, from, size, right, down) {
  let sum = 0;
  for (let ky = 0; ky < size; ky++) {
    for (let kx = 0, at = from + ky * down; kx < size; kx++, at += right) sum += x[at];
  }
  return sum / (size * size);
}
