// Pillow's resampling of pictures of float32 (its mode F), reduction of bytes, and filters, to the same numbers.
//
// A picture in greys is `{width, height, values}`: float32 [height × width], row by row. One in colour is as
// ImageData has it: `{width, height, data}`, bytes [height × width × 4].

const FILTERS = {
  box: { reach: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { reach: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { reach: 2, at: (x) => cubic(Math.abs(x)) },
};

// Cubic convolution with a = -1/2 (R. Keys, IEEE ASSP 29, 1981).
function cubic(x) {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

/** The picture at another size. A filter is as wide as what becomes one pixel, at least its own reach, and cut off
 * at the border; sums run in float64, across before down.
 * @param {{width: number, height: number, values: Float32Array}} picture
 * @param {"box" | "bilinear" | "bicubic"} filter
 */
export function resized(picture, width, height, filter) {
  const across = width === picture.width ? picture : resizedAcross(picture, width, FILTERS[filter]);
  return height === across.height ? across : resizedDown(across, height, FILTERS[filter]);
}

// For each new pixel where its pixels begin, and what each of them weighs.
function weights(from, to, { reach, at }) {
  const scale = from / to,
    wide = Math.max(1, scale);
  return Array.from({ length: to }, (_pixel, index) => {
    const centre = (index + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - reach * wide + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach * wide + 0.5));
    const parts = new Float64Array(end - begin);
    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum += parts[i] = at((i + begin - centre + 0.5) * (1 / wide));
    if (sum !== 0) for (let i = 0; i < parts.length; i++) parts[i] /= sum;
    return { begin, parts };
  });
}

function resizedAcross({ width, height, values }, to, filter) {
  const all = weights(width, to, filter),
    found = new Float32Array(to * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (const { begin, parts } of all) {
      let sum = 0;
      for (let i = 0, from = row * width + begin; i < parts.length; i++) sum += values[from++] * parts[i];
      found[at++] = sum;
    }
  }
  return { width: to, height, values: found };
}

function resizedDown({ width, height, values }, to, filter) {
  const all = weights(height, to, filter),
    found = new Float32Array(width * to);
  let at = 0;
  for (const { begin, parts } of all) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let i = 0, from = begin * width + column; i < parts.length; i++, from += width)
        sum += values[from] * parts[i];
      found[at++] = sum;
    }
  }
  return { width, height: to, values: found };
}

/** A picture in colour averaged over blocks of `factor` × `factor`, with what is left at its right and lower
 * border; bytes are rounded. Where some of it is transparent, a colour weighs as it covers.
 */
export function reduced({ width, height, data }, factor) {
  let isOpaque = true;
  for (let i = 3; i < data.length; i += 4) isOpaque &&= data[i] === 255;
  const bytes = isOpaque ? data : weighed(data);
  const size = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
  const found = new Uint8ClampedArray(4 * size.width * size.height);
  for (let row = 0, at = 0; row < size.height; row++) {
    const top = row * factor,
      bottom = Math.min(height, top + factor);
    for (let column = 0; column < size.width; column++) {
      const left = column * factor,
        right = Math.min(width, left + factor);
      for (let channel = 0; channel < 4; channel++) {
        const count = (bottom - top) * (right - left);
        let sum = count >> 1;
        for (let y = top; y < bottom; y++) {
          for (let x = left, i = 4 * (y * width + left) + channel; x < right; x++, i += 4) sum += bytes[i];
        }
        found[at++] = Math.floor((sum * Math.floor(2 ** 24 / count)) / 2 ** 24);
      }
    }
  }
  return { ...size, data: isOpaque ? found : unweighed(found) };
}

function weighed(data) {
  const found = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) {
    const product = data[i] * data[i | 3] + 128;
    found[i] = (i & 3) === 3 ? data[i] : ((product >> 8) + product) >> 8;
  }
  return found;
}

function unweighed(data) {
  const found = data.slice();
  for (let i = 0; i < data.length; i++) {
    const alpha = data[i | 3];
    if ((i & 3) !== 3 && alpha !== 0 && alpha !== 255) found[i] = Math.min(255, Math.floor((255 * data[i]) / alpha));
  }
  return found;
}
