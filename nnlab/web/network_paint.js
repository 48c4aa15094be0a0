// Paints a network's drawing on a canvas: lines, the pictures of neurons, numbers.

import { formatted } from "./format.js";
import { along, LEFT, RIGHT } from "./network_layout.js";

const LINE_PIXELS = 1.6,
  WIDEST = 9,
  FONT = "13px 'Source Sans', sans-serif";

const isPicked = (line, picked) =>
  picked && line.layer === picked[0] && line.unit === picked[1] && (picked.length === 2 || line.source === picked[2]);

export const number = (value) => (value === null ? "–" : formatted(value, ".3g"));

/** Paint all of it. `root` holds the drawing, its places and lines, and what is picked. */
export function paintNetwork(context, root, image) {
  paintLines(context, root);
  paintNeurons(context, root, image);
  paintNumbers(context, root);
}

/** Pixels for a weight of `unit` by layer: lines of a layer keep their proportions where the widest would
 * be too wide. */
export function scales(lines, unit) {
  const largest = new Map();
  for (const { layer, value } of lines) largest.set(layer, Math.max(largest.get(layer) ?? 0, Math.abs(value ?? 0)));
  for (const [layer, value] of largest) largest.set(layer, Math.min(LINE_PIXELS, (WIDEST * unit) / value));
  return largest;
}

function paintLines(context, { drawing, lines, picked }) {
  const { colours, unit } = drawing,
    pixels = scales(lines, unit);
  const draw = (line, strong) => {
    const size = Math.abs(line.value ?? 0) / unit;
    context.beginPath();
    const [a, b, c, d] = line.way;
    context.moveTo(a.x, a.y);
    context.bezierCurveTo(b.x, b.y, c.x, c.y, d.x, d.y);
    context.lineWidth = 0.4 + pixels.get(line.layer) * size + (strong ? 1 : 0);
    context.strokeStyle = line.value < 0 ? colours.negative : colours.positive;
    context.globalAlpha = (picked && !strong ? 0.35 : 1) * (0.3 + 0.7 * Math.min(1, size));
    if (strong) context.globalAlpha = Math.max(0.75, context.globalAlpha);
    context.stroke();
  };
  const strong = lines.filter((line) => isPicked(line, picked));
  lines.filter((line) => !strong.includes(line)).forEach((line) => draw(line, false));
  if (picked?.length === 3) {
    for (const {
      way: [a, b, c, d],
    } of strong) {
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.bezierCurveTo(b.x, b.y, c.x, c.y, d.x, d.y);
      [context.lineWidth, context.strokeStyle, context.globalAlpha] = [WIDEST + 5, colours.ink, 0.2];
      context.stroke();
    }
  }
  strong.forEach((line) => draw(line, true));
  context.globalAlpha = 1;
}

function paintNeurons(context, { drawing, place }, image) {
  const { colours, side: tile, columns } = drawing,
    { places, side } = place;
  let index = 0;
  context.font = FONT;
  context.textBaseline = "middle";
  drawing.layers.forEach((layer, column) => {
    const first = column === 0,
      last = column === drawing.layers.length - 1;
    context.textAlign = "center";
    context.fillStyle = colours.quiet;
    const title = place.step < 52 ? short(layer.title) : layer.title;
    context.fillText(title, places[column][0]?.x ?? 0, 9);
    layer.labels.forEach((label, unit) => {
      const { x, y } = places[column][unit],
        [l, t] = [x - side / 2, y - side / 2];
      context.fillStyle = colours.neutral;
      context.fillRect(l, t, side, side);
      if (image) {
        const [sx, sy] = [(index % columns) * tile, Math.floor(index / columns) * tile];
        context.drawImage(image, sx, sy, tile, tile, l, t, side, side);
      }
      index += 1;
      [context.lineWidth, context.strokeStyle] = [1, colours.quiet];
      context.strokeRect(l, t, side, side);
      const bias = column ? drawing.biases[column - 1]?.[unit] : null;
      if (bias !== null && bias !== undefined) {
        const mark = Math.max(3, Math.min(8, side / 4)) * (0.5 + 0.5 * Math.min(1, Math.abs(bias)));
        context.fillStyle = bias < 0 ? colours.negative : colours.positive;
        context.fillRect(l - 1.5, t + side - mark + 1.5, mark, mark);
        [context.lineWidth, context.strokeStyle] = [1, colours.paper];
        context.strokeRect(l - 1.5, t + side - mark + 1.5, mark, mark);
      }
      if ((first && !drawing.form?.inputs.length) || last) {
        context.fillStyle = colours.ink;
        context.textAlign = first ? "right" : "left";
        context.fillText(label, first ? l - 6 : l + side + 6, y, (first ? LEFT : RIGHT) - 7);
      }
    });
  });
}

// What a person asked to see as numbers: the weights into a neuron, the notes under neurons.
function paintNumbers(context, { drawing, place, lines, picked }) {
  const { colours } = drawing;
  const write = (text, x, y) => {
    const wide = context.measureText(text).width + 4;
    context.fillStyle = colours.paper;
    context.globalAlpha = 0.85;
    context.fillRect(x - wide / 2, y - 7, wide, 14);
    context.globalAlpha = 1;
    context.fillStyle = colours.ink;
    context.fillText(text, x, y + 0.5);
  };
  context.font = FONT;
  context.textAlign = "center";
  const shown = lines.filter((line) => isPicked(line, picked));
  if (place.step > 75 || shown.length === 1) {
    for (const line of shown) {
      // Lines that meet in one neuron part most near their sources.
      const { x, y } = along(line.way, shown.length === 1 ? 0.5 : 0.3);
      write(number(line.value), x, y);
    }
  }
  drawing.layers.forEach((layer, column) =>
    layer.notes.forEach((note, unit) => {
      const { x, y } = place.places[column][unit];
      write(note, x, y + place.side / 2 + 8);
    }),
  );
}

// `layer 3` by its number alone; a title without one stays.
const short = (title) => title.match(/\d+/)?.[0] ?? title;
