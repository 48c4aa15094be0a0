// What a window over each pixel gives: its median, its largest or smallest value, its mean. As SciPy's filters with
// the mode "reflect": beyond the border the picture is mirrored, its outermost pixels twice.

const NETWORK = [
  [1, 2],
  [4, 5],
  [7, 8],
  [0, 1],
  [3, 4],
  [6, 7],
  [1, 2],
  [4, 5],
  [7, 8],
  [0, 3],
  [5, 8],
  [4, 7],
  [3, 6],
  [1, 4],
  [2, 5],
  [4, 7],
  [4, 2],
  [6, 4],
  [4, 2],
].flat(); // J. Smith's exchanges that put the median of nine in the middle (XCell 23, 1996)

/** The median of the 3 × 3 pixels around each. At the border the outermost pixels stand for what is beyond.
 * @param {{width: number, height: number, values: Float32Array}} picture in greys
 */
export function median3({ width, height, values }) {
  const found = new Float32Array(values.length),
    nine = new Float32Array(9);
  for (let row = 0, at = 0; row < height; row++) {
    const rows = [Math.max(0, row - 1) * width, row * width, Math.min(height - 1, row + 1) * width];
    for (let column = 0; column < width; column++, at++) {
      const left = Math.max(0, column - 1),
        right = Math.min(width - 1, column + 1);
      for (let i = 0; i < 3; i++) {
        nine[3 * i] = values[rows[i] + left];
        nine[3 * i + 1] = values[rows[i] + column];
        nine[3 * i + 2] = values[rows[i] + right];
      }
      for (let i = 0; i < NETWORK.length; i += 2) {
        const one = nine[NETWORK[i]],
          other = nine[NETWORK[i + 1]];
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

/** The largest value of the square window around each pixel, `reach` pixels to each side.
 * @template {Float32Array | Int32Array | Uint8Array} Values
 * @param {Values} values [height × width]
 * @returns {Values} the same size
 */
export function largest(values, width, height, reach) {
  return largestDown(largestAcross(values, width, height, reach, reach), width, height, reach, reach);
}

/** The smallest, as `largest`. */
export function smallest(values, width, height, reach) {
  const across = slid(values, width, height, true, reach, reach, -1);
  return slid(across, width, height, false, reach, reach, -1);
}

/** The largest value along each row, of so many pixels before and after. */
export function largestAcross(values, width, height, before, after) {
  return slid(values, width, height, true, before, after, 1);
}

/** The largest value along each column, of so many pixels above and below. */
export function largestDown(values, width, height, before, after) {
  return slid(values, width, height, false, before, after, 1);
}

function slid(values, width, height, isAcross, before, after, sign) {
  const found = new values.constructor(values.length);
  if (values instanceof Uint8Array) spread(values, found, width, height, isAcross, before, after, sign > 0 ? 1 : 0);
  else if (isAcross)
    for (let row = 0; row < height; row++) slide(values, found, row * width, 1, width, before, after, sign);
  else for (let column = 0; column < width; column++) slide(values, found, column, width, height, before, after, sign);
  return found;
}

// Of bits: whether the one that is sought is in a window, by the last place where it was.
function spread(values, found, width, height, isAcross, before, after, sought) {
  const other = 1 - sought,
    none = -1 - before - width - height;
  if (isAcross) {
    for (let row = 0, start = 0; row < height; row++, start += width) {
      let last = none,
        next = 0;
      for (; next < after && next < width; next++) if (values[start + next] === sought) last = next;
      for (let at = 0; at < width; at++, next++) {
        if (next < width && values[start + next] === sought) last = next;
        found[start + at] = last >= at - before ? sought : other;
      }
    }
    return;
  }
  const last = new Int32Array(width).fill(none);
  for (let row = -after, next = 0; row < height; row++, next++) {
    if (next < height) {
      for (let column = 0, from = next * width; column < width; column++, from++)
        if (values[from] === sought) last[column] = next;
    }
    if (row < 0) continue;
    const least = row - before;
    for (let column = 0, to = row * width; column < width; column++, to++)
      found[to] = last[column] >= least ? sought : other;
  }
}

// Along one line. The places of a queue hold ever lesser values: its first is the largest of the window.
function slide(values, found, start, step, count, before, after, sign) {
  if (queue.length < count) queue = new Int32Array(count);
  let head = 0,
    tail = 0;
  for (let next = 0, at = -after; at < count; next++, at++) {
    if (next < count) {
      const value = sign * values[start + next * step];
      while (tail > head && sign * values[start + queue[tail - 1] * step] <= value) tail--;
      queue[tail++] = next;
    }
    while (queue[head] < at - before) head++;
    if (at >= 0) found[start + at * step] = values[start + queue[head] * step];
  }
}

let queue = new Int32Array(1024);

// The place that a place beyond the border is mirrored to.
function mirrored(at, count) {
  const turn = 2 * count,
    place = ((at % turn) + turn) % turn;
  return place < count ? place : turn - 1 - place;
}

/** The mean of the square window around each pixel: down, then across; sums in float64, each mean in float32.
 * @param {Float32Array} values [height × width]
 * @param {number} size pixels of a side; of an even one more of them lie before the pixel
 */
export function mean(values, width, height, size) {
  if (size < 2) return values.slice();
  const down = new Float32Array(values.length),
    found = new Float32Array(values.length);
  for (let column = 0; column < width; column++) average(values, down, column, width, height, size);
  for (let row = 0; row < height; row++) average(down, found, row * width, 1, width, size);
  return found;
}

function average(values, found, start, step, count, size) {
  const before = size >> 1,
    line = new Float64Array(count + size - 1);
  for (let i = 0; i < line.length; i++) line[i] = values[start + mirrored(i - before, count) * step];
  let sum = 0;
  for (let i = 0; i < size; i++) sum += line[i];
  found[start] = sum / size;
  for (let i = 1; i < count; i++) {
    sum += line[i + size - 1] - line[i - 1];
    found[start + i * step] = sum / size;
  }
}

/** The median of the square window around each pixel.
 * @param {Float32Array} values [height × width]
 * @param {number} size pixels of a side, odd
 */
export function windowMedian(values, width, height, size) {
  // By rank: a window is how often each rank is in it, in full and in groups of 64.
  const sorted = Float32Array.from(new Set(values)).sort(),
    rankOf = new Map();
  sorted.forEach((value, rank) => rankOf.set(value, rank));
  const ranks = Int32Array.from(values, (value) => rankOf.get(value));
  const fine = new Int32Array(sorted.length),
    coarse = new Int32Array((sorted.length >> 6) + 1);
  const reach = size >> 1,
    half = (size * size) >> 1,
    found = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    fine.fill(0);
    coarse.fill(0);
    const rows = Array.from({ length: size }, (_row, i) => mirrored(row - reach + i, height) * width);
    const count = (column, change) => {
      const place = mirrored(column, width);
      for (const start of rows) {
        const rank = ranks[start + place];
        fine[rank] += change;
        coarse[rank >> 6] += change;
      }
    };
    for (let column = -reach; column < reach; column++) count(column, 1);
    for (let column = 0; column < width; column++) {
      count(column + reach, 1);
      let group = 0,
        below = 0;
      while (below + coarse[group] <= half) below += coarse[group++];
      let rank = group << 6;
      while (below + fine[rank] <= half) below += fine[rank++];
      found[row * width + column] = sorted[rank];
      count(column - reach, -1);
    }
  }
  return found;
}
