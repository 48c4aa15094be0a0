// Places in a picture of a layer: its maps or units lie in rows, each value some pixels wide, a gap between two.

/** Where a map or a unit begins in its sheet, in pixels of the sheet. */
export function corner(layer, unit) {
  const wide = layer.wide * layer.zoom + layer.gap;
  const high = layer.high * layer.zoom + layer.gap;
  return { x: (unit % layer.columns) * wide, y: Math.floor(unit / layer.columns) * high };
}

/** The value at a share of the sheet's width and height; null where there is no map. */
export function placeAt(layer, x, y) {
  const wide = layer.wide * layer.zoom + layer.gap;
  const high = layer.high * layer.zoom + layer.gap;
  const across = Math.floor((x * layer.width) / wide);
  const down = Math.floor((y * layer.height) / high);
  const unit = down * layer.columns + across;
  if (across < 0 || across >= layer.columns || unit < 0 || unit >= layer.count) return null;
  const inside = (at, size) => Math.min(size - 1, Math.max(0, Math.floor(at / layer.zoom)));
  return {
    layer: layer.index,
    unit,
    row: inside(y * layer.height - down * high, layer.high),
    column: inside(x * layer.width - across * wide, layer.wide),
  };
}

/** One step of an arrow key: within a map from value to value, along units from unit to unit. */
export function moved(layer, at, key) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (!step) return null;
  if (layer.high * layer.wide === 1) {
    const unit = at.unit + step[0] * layer.columns + step[1];
    return unit >= 0 && unit < layer.count ? { ...at, unit } : at;
  }
  let { unit, row, column } = { ...at, row: at.row + step[0], column: at.column + step[1] };
  // Over the edge of a map lies the next one.
  if (column < 0 && unit > 0) [unit, column] = [unit - 1, layer.wide - 1];
  if (column >= layer.wide && unit < layer.count - 1) [unit, column] = [unit + 1, 0];
  row = Math.min(layer.high - 1, Math.max(0, row));
  column = Math.min(layer.wide - 1, Math.max(0, column));
  return { ...at, unit, row, column };
}
