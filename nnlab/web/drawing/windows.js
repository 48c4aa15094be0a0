// What a window over each pixel gives: its median, its largest value.

const NETWORK = [
  [1, 2], [4, 5], [7, 8], [0, 1], [3, 4], [6, 7], [1, 2], [4, 5], [7, 8], [0, 3], [5, 8], [4, 7], [3, 6], [1, 4],
  [2, 5], [4, 7], [4, 2], [6, 4], [4, 2],
].flat(); // J. Smith's exchanges that put the median of nine in the middle (XCell 23, 1996)

/** The median of the 3 × 3 pixels around each. At the border the outermost pixels stand for what is beyond.
 * @param {{width: number, height: number, values: Float32Array}} picture in greys
 */
export function median3({ width, height, values }) {
  const found = new Float32Array(values.length), nine = new Float32Array(9);
  for (let row = 0, at = 0; row < height; row++) {
    const rows = [Math.max(0, row - 1) * width, row * width, Math.min(height - 1, row + 1) * width];
    for (let column = 0; column < width; column++, at++) {
      const left = Math.max(0, column - 1), right = Math.min(width - 1, column + 1);
      for (let i = 0; i < 3; i++) {
        nine[3 * i] = values[rows[i] + left];
        nine[3 * i + 1] = values[rows[i] + column];
        nine[3 * i + 2] = values[rows[i] + right];
      }
      for (let i = 0; i < NETWORK.length; i += 2) {
        const one = nine[NETWORK[i]], other = nine[NETWORK[i + 1]];
        if (one > other) {
          nine[NETWORK[i]] = other;
          nine[NETWORK[i + 1]] = one;
        }
      }
      found[at] = nine[4];
    }
  }
  return { width, height, values: found };
}

/** The largest value of the square window around each pixel, `reach` pixels to each side; beyond the border there is
 * nothing.
 * @template {Float32Array | Int32Array} Values
 * @param {Values} values [height × width]
 * @returns {Values} the same size
 */
export function largest(values, width, height, reach) {
  const across = new values.constructor(values.length), found = new values.constructor(values.length);
  for (let row = 0; row < height; row++) slide(values, across, row * width, 1, width, reach);
  for (let column = 0; column < width; column++) slide(across, found, column, width, height, reach);
  return found;
}

// Along one line. The places of a queue hold ever smaller values: its first is the largest of the window.
function slide(values, found, start, step, count, reach) {
  let head = 0, tail = 0;
  for (let next = 0, at = -reach; at < count; next++, at++) {
    if (next < count) {
      const value = values[start + next * step];
      while (tail > head && values[start + queue[tail - 1] * step] <= value) tail--;
      if (tail >= queue.length) queue = longer(queue);
      queue[tail++] = next;
    }
    while (queue[head] < at - reach) head++;
    if (at >= 0) found[start + at * step] = values[start + queue[head] * step];
  }
}

let queue = new Int32Array(1024);

function longer(places) {
  const found = new Int32Array(2 * places.length);
  found.set(places);
  return found;
}
