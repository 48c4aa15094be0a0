// Which pixels hang together.

const known = new WeakMap();

/** The connected parts of ink above a level, as `labelled`: found once for each array of ink. */
export function labelledAbove(ink, width, height, level) {
  const before = known.get(ink);
  if (before?.level === level) return before.found;
  const mask = new Uint8Array(ink.length);
  for (let i = 0; i < mask.length; i++) mask[i] = ink[i] > level ? 1 : 0;
  const found = labelled(mask, width, height);
  known.set(ink, { level, found });
  return found;
}

/** The connected parts of what is set, numbered from 1 in the order of their first pixels.
 *
 * @param {Uint8Array} mask [height × width], above 0 where a pixel belongs to a part
 * @param {boolean} toAllSides pixels join to eight sides, else to four
 * @returns {{labels: Int32Array, all: {label: number, box: [number, number, number, number], pixels: number}[]}}
 *   `box`: top, left, bottom, right, the last two exclusive
 */
export function labelled(mask, width, height, toAllSides = true) {
  const labels = new Int32Array(width * height),
    joined = [0],
    aside = toAllSides ? 1 : 0;
  const root = (label) => {
    while (joined[label] !== label) label = joined[label] = joined[joined[label]];
    return label;
  };
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!mask[at]) continue;
      let label = column > 0 ? labels[at - 1] : 0;
      if (row > 0) {
        const end = at - width + (column < width - 1 ? aside : 0);
        for (let above = at - width - (column > 0 ? aside : 0); above <= end; above++) {
          if (!labels[above]) continue;
          if (!label) label = labels[above];
          else if (label !== labels[above]) {
            const one = root(label),
              other = root(labels[above]);
            joined[Math.max(one, other)] = Math.min(one, other);
          }
        }
      }
      if (!label) joined.push((label = joined.length));
      labels[at] = label;
    }
  }
  const names = new Int32Array(joined.length),
    all = [];
  for (let label = 1; label < joined.length; label++) {
    const first = root(label);
    if (first !== label) names[label] = names[first];
    else {
      names[label] = all.length + 1;
      all.push({ label: all.length + 1, box: [height, width, 0, 0], pixels: 0 });
    }
  }
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      if (!labels[at]) continue;
      labels[at] = names[labels[at]];
      const part = all[labels[at] - 1],
        { box } = part;
      part.pixels += 1;
      if (row < box[0]) box[0] = row;
      if (column < box[1]) box[1] = column;
      box[2] = row + 1;
      if (column >= box[3]) box[3] = column + 1;
    }
  }
  return { labels, all };
}
