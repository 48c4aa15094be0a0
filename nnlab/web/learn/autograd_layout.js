// Where boxes and lines of a graph stand in pixels: from left to right, or, on a phone, from top to bottom.

const WIDE = 96,
  ON_A_PHONE = 82; // pixels of a box
const ROW = 16; // of a line of text in it
const BELOW = 30; // between two boxes of a column; a sum is written there
const BETWEEN = 56; // between two columns; the local derivatives are written there
const EDGE = 4;

/** @param {{boxes: object[], lines: object[]}} data of `picture_of`
 * @param {boolean} down whether the graph runs from top to bottom
 * @returns {{width: number, height: number, box: {wide: number, high: number}, places: Map, paths: object[]}} `places` are
 *   the boxes' middles by their id; `paths` are of the lines, in order */
export function arranged({ boxes, lines }, down) {
  const high = ROW * (boxes.some(({ shape }) => shape) ? 4 : 3) + 12;
  const wide = down ? ON_A_PHONE : WIDE;
  const along = down ? high + BETWEEN - 12 : wide + BETWEEN,
    across = down ? wide + 4 : high + BELOW;
  const at = ([column, row]) =>
    down
      ? [EDGE + wide / 2 + row * across, EDGE + high / 2 + column * along]
      : [EDGE + wide / 2 + column * along, EDGE + high / 2 + row * across];
  const places = new Map(boxes.map(({ id, x, y }) => [id, at([x, y])]));
  const half = (down ? high : wide) / 2;
  const seen = new Map();
  const paths = lines.map((line) => {
    const key = `${line.source} ${line.target}`,
      nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const stops = [places.get(line.source), ...line.bends.map(at), places.get(line.target)];
    return pathThrough(stops, half, down, nth * 22);
  });
  const [xs, ys] = [0, 1].map((axis) => [...places.values()].map((place) => place[axis]));
  return {
    width: Math.max(...xs) + wide / 2 + EDGE,
    height: Math.max(...ys) + high / 2 + EDGE + (down ? 14 : BELOW / 2),
    box: { wide, high },
    places,
    paths,
  };
}

// Level through each place, and bent between two; the words stand in the middle of the last bend.
function pathThrough(stops, half, down, shift) {
  const point = (along, across) => (down ? [across, along] : [along, across]);
  const flat = stops.map(([x, y]) => (down ? [y, x] : [x, y]));
  const parts = [`M${point(flat[0][0] + half, flat[0][1])}`];
  let label = null;
  for (let i = 1; i < flat.length; i++) {
    const from = [flat[i - 1][0] + half, flat[i - 1][1]],
      to = [flat[i][0] - half, flat[i][1]];
    const middle = (from[0] + to[0]) / 2;
    parts.push(`C${point(middle, from[1] + shift)} ${point(middle, to[1] + shift)} ${point(...to)}`);
    label = point(middle, (from[1] + to[1]) / 2 + 0.75 * shift);
    if (i < flat.length - 1) parts.push(`L${point(flat[i][0] + half, to[1])}`);
  }
  return { d: parts.join(" "), label };
}
