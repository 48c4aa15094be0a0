// Pictures of one bit a pixel, 32 of a row in a word: windows over them cost a thirtieth of those over bytes.
//
// A picture of bits is `{width, height, words, rows}`: `rows` [height × words]. Bits beyond the width are 0.

/** @param {Uint8Array} mask [height × width], above 0 where a bit is set */
export function packed(mask, width, height) {
  const words = (width + 31) >> 5,
    rows = new Uint32Array(words * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++)
      if (mask[at++]) rows[row * words + (column >> 5)] |= 1 << (column & 31);
  }
  return { width, height, words, rows };
}

/** As bytes, 0 or 1: [height × width]. */
export function unpacked({ width, height, words, rows }) {
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let word = 0; word < words; word++) {
      for (let left = rows[row * words + word]; left; left &= left - 1)
        mask[row * width + 32 * word + 31 - Math.clz32(left & -left)] = 1;
    }
  }
  return mask;
}

/** What is set in one picture and not in another. */
export function without(one, other) {
  return { ...one, rows: one.rows.map((word, i) => word & ~other.rows[i]) };
}

export function isEmpty({ rows }) {
  return rows.every((word) => word === 0);
}

/** Where a bit is set among so many before and after along the row, both below 32. */
export function anyAcross({ width, height, words, rows }, before, after) {
  const found = new Uint32Array(rows.length),
    last = width & 31 ? (1 << (width & 31)) - 1 : -1;
  const line = new Uint32Array(words + 2); // a word of nothing before and after the row
  for (let row = 0, start = 0; row < height; row++, start += words) {
    line.fill(0);
    line.set(rows.subarray(start, start + words), 1);
    // Of each bit and those after it, ever more of them, until a window is full.
    for (let size = 1, all = before + after + 1; size < all; ) {
      const shift = Math.min(size, all - size);
      for (let i = 0; i <= words; i++) line[i] |= (line[i] >>> shift) | (line[i + 1] << (32 - shift));
      line[words + 1] |= line[words + 1] >>> shift;
      size += shift;
    }
    for (let i = 0; i < words; i++)
      found[start + i] = before ? (line[i + 1] << before) | (line[i] >>> (32 - before)) : line[i + 1];
    found[start + words - 1] &= last;
  }
  return { width, height, words, rows: found };
}

/** Where all bits of such a window are set; beyond the border there is none. */
export function allAcross(bits, before, after) {
  return inverted(anyAcross(inverted(bits), before, after));
}

/** Where a bit is set among so many above and below. */
export function anyDown({ width, height, words, rows }, before, after) {
  const found = new Uint32Array(rows.length);
  for (let row = 0; row < height; row++) {
    for (let other = Math.max(0, row - before); other <= Math.min(height - 1, row + after); other++) {
      for (let word = 0; word < words; word++) found[row * words + word] |= rows[other * words + word];
    }
  }
  return { width, height, words, rows: found };
}

/** Where all bits of such a window are set; beyond the border there is none. */
export function allDown(bits, before, after) {
  return inverted(anyDown(inverted(bits), before, after));
}

function inverted({ width, height, words, rows }) {
  const found = rows.map((word) => ~word),
    last = width & 31 ? (1 << (width & 31)) - 1 : -1;
  for (let at = words - 1; at < found.length; at += words) found[at] &= last;
  return { width, height, words, rows: found };
}
