// Where the neurons and lines of a network's drawing stand: it depends on sizes alone.

export const LEFT = 62,
  RIGHT = 34;
const TOP = 20,
  HEADS = 26,
  MAX_NODE = 44,
  MAX_PITCH = 64,
  REACH = 7;

/** Places of all neurons, and how large they are.
 *
 * @param {object} drawing of nnlab/figures/network.py
 * @param {number} width of the page's element, pixels
 * @param {number} height the same
 * @returns {{places: {x: number, y: number}[][], side: number, step: number, rows: number[]}} `places`
 *   by layer and unit; `rows`, the height of each input that is offered, whether it is on or not
 */
export function arranged(drawing, width, height) {
  const sizes = drawing.layers.map((layer) => layer.labels.length);
  const offered = drawing.form?.inputs ?? [],
    gaps = Math.max(1, sizes.length - 1);
  const top = TOP + (drawing.form?.widths.length ? HEADS : 0),
    room = height - top - 6;
  const pitch = Math.min(room / Math.max(...sizes), MAX_PITCH),
    span = width - LEFT - RIGHT;
  const noted = drawing.layers.some((layer) => layer.notes.length);
  const fitting = offered.length ? Math.min(pitch, room / offered.length) : pitch;
  const side = Math.max(10, Math.min(fitting - (noted ? 18 : 4), (span / (gaps + 1)) * 0.62, MAX_NODE));
  const step = (span - side) / gaps;
  const down = (count, each) => (unit) => top + room / 2 + (unit - (count - 1) / 2) * each;
  const row = down(offered.length, Math.min(room / offered.length, MAX_PITCH));
  const rows = offered.map((_input, index) => row(index));
  const places = sizes.map((size, layer) => {
    const at = down(size, pitch);
    return Array.from({ length: size }, (_place, unit) => ({
      x: LEFT + side / 2 + step * layer,
      y: layer === 0 && rows.length ? rows[offered.findIndex((input) => input.unit === unit)] : at(unit),
    }));
  });
  return { places, side, step, rows };
}

function curve(from, to, side) {
  const a = { x: from.x + side / 2, y: from.y },
    d = { x: to.x - side / 2, y: to.y };
  const bend = (d.x - a.x) * 0.45;
  return [a, { x: a.x + bend, y: a.y }, { x: d.x - bend, y: d.y }, d];
}

export function along([a, b, c, d], t) {
  const s = 1 - t;
  const at = (k) => s * s * s * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t * t * t * d[k];
  return { x: at("x"), y: at("y") };
}

/** The lines of all weights, each with its way from neuron to neuron. */
export function lines(drawing, { places, side }) {
  const found = [];
  drawing.weights.forEach((weights, index) => {
    if (!weights) return;
    const layer = index + 1,
      sources = places[index].length;
    weights.forEach((value, place) => {
      const unit = Math.floor(place / sources),
        source = place % sources;
      const way = curve(places[index][source], places[layer][unit], side);
      found.push({ layer, unit, source, value, way });
    });
  });
  return found;
}

/** The line nearest to a place of the drawing, null where none is near. */
export function nearest(lines, at) {
  let best = null,
    least = REACH;
  for (const line of lines) {
    const [a, , , d] = line.way;
    if (at.x < a.x || at.x > d.x) continue;
    for (let t = 0; t <= 1; t += 1 / 24) {
      const { x, y } = along(line.way, t),
        far = Math.hypot(x - at.x, y - at.y);
      if (far < least) [best, least] = [line, far];
    }
  }
  return best;
}
