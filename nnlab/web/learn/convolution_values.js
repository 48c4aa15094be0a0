// A feature map and its pooled map, for the picture; the numbers on the page are PyTorch's.

/** ⌊(n + 2p − k) / s⌋ + 1 */
export const sideOfMap = (side, kernel, stride, padding) => Math.floor((side + 2 * padding - kernel) / stride) + 1;

/** What lies under the kernel at a place of the map: [k·k], 0 in the padding.
 * @param {Float32Array} pixels [side·side], row 0 on top
 */
export function windowAt(pixels, side, size, stride, padding, row, column) {
  const found = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const y = row * stride + i - padding;
    for (let j = 0; j < size; j++) {
      const x = column * stride + j - padding;
      if (x >= 0 && x < side && y >= 0 && y < side) found[i * size + j] = pixels[y * side + x];
    }
  }
  return found;
}

/** The sum of window times kernel. */
export function summed(window, kernel) {
  let sum = 0;
  for (let i = 0; i < kernel.length; i++) sum += window[i] * kernel[i];
  return sum;
}

/** The map [m·m] of a picture, as `F.conv2d` computes it. */
export function convolved(pixels, side, kernel, stride, padding) {
  const size = Math.sqrt(kernel.length),
    m = sideOfMap(side, size, stride, padding);
  const map = new Float32Array(m * m);
  for (let at = 0; at < map.length; at++) {
    map[at] = summed(windowAt(pixels, side, size, stride, padding, Math.floor(at / m), at % m), kernel);
  }
  return map;
}

/** The map [m·m] in windows of 2×2: [⌊m / 2⌋ ⌊m / 2⌋], each the largest value or the mean. */
export function pooled(map, kind) {
  const m = Math.sqrt(map.length),
    half = Math.floor(m / 2),
    found = new Float32Array(half * half);
  for (let at = 0; at < found.length; at++) {
    const corner = 2 * Math.floor(at / half) * m + 2 * (at % half);
    const four = [map[corner], map[corner + 1], map[corner + m], map[corner + m + 1]];
    found[at] = kind === "max" ? Math.max(...four) : (four[0] + four[1] + four[2] + four[3]) / 4;
  }
  return found;
}
