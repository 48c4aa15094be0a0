// Where each tile stands: a true grid where one or two axes vary, else a list in the chosen order.

const GAP = 4; // pixels between two tiles
const SMALLEST = 22, LARGEST = 132; // pixels of a tile's side
const CAPTION = 15; // pixels below a tile for what it says, where it is wide enough
const WIDE = 40; // pixels of a tile that can say something

/** Lay the tiles out.
 *
 * @param {object} asked
 * @param {object[]} asked.axes of the scene
 * @param {number[][]} asked.places [nets]
 * @param {number[]} asked.order the nets in the order of a list
 * @param {boolean} asked.isGrid whether axes may be rows and columns
 * @param {number} asked.width pixels there are
 * @param {number} asked.height pixels that should do
 * @returns {{columns: number, rows: number, side: number, caption: number, gap: number, left: number, top: number,
 *   cells: {column: number, row: number}[], across: object | null, up: object | null}} `cells` [nets];
 *   `across` and `up`: the axes whose values label columns and rows, null for a list; `left` and `top`: the
 *   room of the labels
 */
export function layOut({ axes, places, order, isGrid, width, height }) {
  const varied = axes.length;
  const hasRows = isGrid && varied === 2;
  const across = isGrid && varied <= 2 ? axes[varied - 1] : null, up = hasRows ? axes[0] : null;
  const count = places.length;
  const left = up ? 10 + 7 * Math.min(9, longest(up.values)) : 0;
  const top = hasRows ? 18 : 0;
  const free = width - left;
  const columns = hasRows ? across.values.length : columnsOf(count, free, height);
  const rows = hasRows ? up.values.length : Math.ceil(count / columns);
  const fits = (free - GAP * (columns - 1)) / columns;
  let side = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(fits)));
  const tall = (height - top) / rows - GAP;
  const caption = Math.min(side, Math.max(SMALLEST, tall - CAPTION)) >= WIDE ? CAPTION : 0;
  side = Math.max(SMALLEST, Math.min(side, Math.floor(tall - caption)));
  if (!hasRows && caption) side = Math.max(side, Math.min(LARGEST, Math.floor(fits), 56));
  const cells = Array(count);
  if (hasRows) places.forEach(([row, column], net) => (cells[net] = { column, row }));
  else order.forEach((net, at) => (cells[net] = { column: at % columns, row: Math.floor(at / columns) }));
  return { columns, rows, side, caption, gap: GAP, left, top, cells, across, up };
}

const longest = (texts) => Math.max(...texts.map((text) => text.length));

// As many columns as make the tiles fill the room, and no more than there are tiles.
function columnsOf(count, width, height) {
  let best = 1;
  for (let columns = 1; columns <= count; columns++) {
    const side = Math.min(LARGEST, (width - GAP * (columns - 1)) / columns);
    if (side < SMALLEST) break;
    best = columns;
    if (Math.ceil(count / columns) * (side + CAPTION + GAP) <= height) break;
  }
  return best;
}

/** The rectangle of a tile: `[left, top]` of its picture, in pixels of the whole sheet. */
export function cornerOf({ side, caption, gap, left, top }, { column, row }) {
  return [left + column * (side + gap), top + row * (side + caption + gap)];
}

/** The size of the whole sheet in pixels. */
export function sizeOf({ columns, rows, side, caption, gap, left, top }) {
  return [left + columns * (side + gap) - gap, top + rows * (side + caption + gap) - gap];
}

/** The nets whose tiles a rectangle touches. */
export function netsIn(layout, [x0, y0, x1, y1]) {
  const { side, caption, cells } = layout, found = [];
  cells.forEach((cell, net) => {
    const [left, top] = cornerOf(layout, cell);
    if (left <= x1 && left + side >= x0 && top <= y1 && top + side + caption >= y0) found.push(net);
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
