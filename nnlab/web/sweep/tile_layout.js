// Where each tile stands: a true grid where one or two axes vary, else a list in the chosen order.

const GAP = 4; // pixels between two tiles
const SMALLEST = 22,
  LARGEST = 132; // pixels of a tile's side
const EDGE = 2; // pixels around a list: the frame of a tile is wider than the tile
const LINE = 14; // pixels of a line of what a tile says
const LETTER = 6.2; // pixels of a letter, about
const LEGIBLE = 30; // pixels of a tile that has room to say something below
const SAID = 34; // pixels beside a tile for what it says
const SPREAD = 26; // pixels between two tiles at most, where their words below need more than a tile's width
const NAMED_SPREAD = 60; // likewise, where they say their values
const FEW = 10; // rows that may be higher than there is room, so that they say something

/** Lay the tiles out.
 *
 * @param {object} asked
 * @param {object[]} asked.axes that vary
 * @param {number[][]} asked.places [nets]
 * @param {number[]} asked.order the nets in the order of a list
 * @param {boolean} asked.isGrid whether axes may be rows and columns
 * @param {number} asked.width pixels there are
 * @param {number} asked.height pixels that should do
 * @returns {{columns: number, rows: number, side: number, below: number, beside: number, gap: number, left: number,
 *   top: number, cells: {column: number, row: number}[], across: object | null, up: object | null}} `below`
 *   and `beside`: the room for what a tile says: below it (and wider by `beside`), beside it, or none; `cells` [nets]; `across` and `up`: the
 *   axes whose values label columns and rows, null for a list; `left` and `top`: the room of those labels
 */
export function layOut({ axes, places, order, isGrid, width, height }) {
  const isTrue = isGrid && axes.length === 2,
    count = places.length;
  const [up, across] = isTrue ? axes : [null, null];
  const left = isTrue ? 10 + 7 * Math.min(9, longest(up.values)) : EDGE,
    top = isTrue ? 18 : EDGE;
  const free = width - left - EDGE,
    few = isTrue || !axes.length ? null : readable(count, free, height, axes);
  const isNamed = few !== null || (isGrid && axes.length === 1); // in a list each tile says its values, too, if it can
  const said = LINE * (isNamed ? 2 : 1);
  const columns = isTrue ? across.values.length : (few ?? columnsOf(count, free, height, said));
  const rows = isTrue ? up.values.length : Math.ceil(count / columns);
  const wide = Math.floor((free + GAP) / columns) - GAP,
    tall = Math.floor((height - top - (isTrue ? 0 : EDGE) + GAP) / rows) - GAP;
  const under = Math.min(wide, tall - said),
    next = Math.min(wide - SAID, tall);
  let [side, below, beside] = [clamp(Math.min(wide, tall)), 0, 0];
  if (Math.max(under, next) >= LEGIBLE) {
    if (next > under && !(isNamed && under >= LEGIBLE))
      [side, beside] = [clamp(next), Math.min(SAID + 14, wide - clamp(next))];
    else
      [side, below, beside] = [
        clamp(under),
        said,
        Math.max(0, Math.min(isNamed ? NAMED_SPREAD : SPREAD, wide - clamp(under))),
      ];
  } else if (wide >= LEGIBLE && rows <= FEW) [side, below] = [clamp(Math.min(wide, LEGIBLE + 14)), said]; // it scrolls
  const cells = Array(count);
  if (isTrue) places.forEach(([row, column], net) => (cells[net] = { column, row }));
  else order.forEach((net, at) => (cells[net] = { column: at % columns, row: Math.floor(at / columns) }));
  return { columns, rows, side, below, beside, gap: GAP, left, top, cells, across, up };
}

const clamp = (side) => Math.max(SMALLEST, Math.min(LARGEST, side));
const longest = (texts) => Math.max(...texts.map((text) => text.length));

/** As many columns as make the tiles fill the room, and no more than there are tiles.
 *
 * @param {number} count of the tiles
 * @param {number} width pixels there are
 * @param {number} height pixels that should do; where they do not, tiles are as small as they may be
 * @param {number} said pixels below each tile
 */
export function columnsOf(count, width, height, said, { gap = GAP, smallest = SMALLEST, largest = LARGEST } = {}) {
  let best = 1;
  for (let columns = 1; columns <= count; columns++) {
    const side = Math.min(largest, (width - gap * (columns - 1)) / columns);
    if (side < smallest) break;
    best = columns;
    if (Math.ceil(count / columns) * (side + said + gap) <= height) break;
  }
  return best;
}

// As few columns as leave room for all that tiles say, where tiles are then still large enough; else null.
function readable(count, width, height, axes) {
  const said = 2 * LINE;
  const needs = LETTER * axes.reduce((sum, { values }) => sum + longest(values) + 1, 0);
  let found = null;
  for (let columns = 1; columns <= count; columns++) {
    const wide = Math.floor((width + GAP) / columns) - GAP;
    if (wide < Math.max(LEGIBLE, needs)) break;
    const tall = Math.floor((height + GAP) / Math.ceil(count / columns)) - GAP;
    if (tall - said < LEGIBLE) continue;
    found = columns;
    if (tall - said >= Math.min(LARGEST, wide)) break;
  }
  return found;
}

/** The rectangle of a tile: `[left, top]` of its picture, in pixels of the whole sheet. */
export function cornerOf({ side, below, beside, gap, left, top }, { column, row }) {
  return [left + column * (side + beside + gap), top + row * (side + below + gap)];
}

/** The size of the whole sheet in pixels. */
export function sizeOf({ columns, rows, side, below, beside, gap, left, top }) {
  return [left + columns * (side + beside + gap) - gap, top + rows * (side + below + gap) - gap];
}

/** The nets whose tiles a rectangle touches. */
export function netsIn(layout, [x0, y0, x1, y1]) {
  const { side, below, beside, cells } = layout,
    found = [];
  cells.forEach((cell, net) => {
    const [left, top] = cornerOf(layout, cell);
    if (left <= x1 && left + side + beside >= x0 && top <= y1 && top + side + below >= y0) found.push(net);
  });
  return found;
}

/** The net to which an arrow key leads from another; itself at an edge. */
export function neighbour({ cells, columns }, net, [right, down]) {
  const { column, row } = cells[net];
  const index = new Map(cells.map((cell, at) => [cell.row * columns + cell.column, at]));
  for (let step = 1; step <= Math.max(columns, cells.length); step++) {
    const to = [column + right * step, row + down * step];
    if (to[0] < 0 || to[0] >= columns || to[1] < 0) return net;
    const found = index.get(to[1] * columns + to[0]);
    if (found !== undefined) return found;
  }
  return net;
}
