// What optimizers do on a function: its picture, and their ways over it, on a canvas.

import { number } from "../format.js";

const BANDS = 16; // shades of a landscape; a line stands between two of them
const MARGIN = { left: 44, right: 10, top: 10, bottom: 24 };
const REACH = 4000; // pixels: what lies further away is drawn there, beyond the edge

/** The part of a canvas that a function's picture fills, and how its numbers become pixels.
 * @param {{low: number[], high: number[], heights: ?[number, number]}} scene `heights`: lowest and highest value
 *   that a curve's picture shows; null of a landscape
 */
export function frameOf({ low, high, heights }, width, height) {
  const [bottom, top] = heights ?? [low[1], high[1]];
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const bound = (pixel) => (Number.isNaN(pixel) ? REACH : Math.max(-REACH, Math.min(REACH, pixel)));
  return {
    ...box,
    x: (value) => bound(box.left + (box.width * (value - low[0])) / (high[0] - low[0])),
    y: (value) => bound(box.top + box.height * (1 - (value - bottom) / (top - bottom))),
    across: (pixel) => low[0] + ((high[0] - low[0]) * (pixel - box.left)) / box.width,
    up: (pixel) => bottom + (top - bottom) * (1 - (pixel - box.top) / box.height),
    axes: [
      [low[0], high[0]],
      [bottom, top],
    ],
  };
}

const hex = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));

/** A landscape as pixels: bilinear between its places, in bands with a line between two.
 * @param {Float32Array} shades [side × side], row 0 lowest; NaN where there is no number
 * @param {{paper: string, high: string, line: string, none: string}} colours as `#RRGGBB`
 * @returns {OffscreenCanvas}
 */
export function landscape(shades, side, width, height, colours) {
  const canvas = new OffscreenCanvas(width, height),
    pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height),
    pixels = new Uint32Array(image.data.buffer);
  const [paper, high, line, none] = ["paper", "high", "line", "none"].map((name) => hex(colours[name]));
  const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  const ramp = Array.from({ length: BANDS }, (_band, i) =>
    packed(paper.map((value, k) => Math.round(value + ((high[k] - value) * i) / (BANDS - 1)))),
  );
  const [edge, nothing] = [packed(line), packed(none)];
  const bands = new Int8Array(width * height);
  for (let row = 0; row < height; row++) {
    const v = (side - 1) * (1 - (row + 0.5) / height),
      j = Math.min(side - 2, Math.max(0, Math.floor(v)));
    for (let column = 0; column < width; column++) {
      const u = ((side - 1) * (column + 0.5)) / width,
        i = Math.min(side - 2, Math.floor(u));
      const at = j * side + i,
        s = u - i,
        t = v - j;
      const shade =
        (1 - t) * ((1 - s) * shades[at] + s * shades[at + 1]) +
        t * ((1 - s) * shades[at + side] + s * shades[at + side + 1]);
      bands[row * width + column] = Number.isNaN(shade) ? -1 : Math.min(BANDS - 1, Math.floor(shade * BANDS));
    }
  }
  for (let at = 0; at < pixels.length; at++) {
    const band = bands[at],
      right = (at + 1) % width ? bands[at + 1] : band;
    const below = at + width < bands.length ? bands[at + width] : band;
    pixels[at] = band < 0 ? nothing : band !== right || band !== below ? edge : ramp[band];
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** Draw the curve of a function of one number, with a break where it has no value. */
export function curve(pen, values, [low, high], frame, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  let isDown = false;
  values.forEach((value, i) => {
    const x = frame.x(low + ((high - low) * i) / (values.length - 1));
    if (Number.isFinite(value)) isDown ? pen.lineTo(x, frame.y(value)) : pen.moveTo(x, frame.y(value));
    isDown = Number.isFinite(value);
  });
  pen.stroke();
}

/** Draw the numbers along both axes. */
export function axes(pen, frame, { ink, family }) {
  pen.fillStyle = ink;
  pen.font = `12px ${family}`;
  const [[west, east], [south, north]] = frame.axes,
    { left, top, width, height } = frame;
  pen.textBaseline = "top";
  for (const [value, align] of [
    [west, "left"],
    [(west + east) / 2, "center"],
    [east, "right"],
  ]) {
    pen.textAlign = align;
    pen.fillText(number(value), frame.x(value), top + height + 6);
  }
  pen.textAlign = "right";
  for (const [value, base] of [
    [south, "bottom"],
    [(south + north) / 2, "middle"],
    [north, "top"],
  ]) {
    pen.textBaseline = base;
    pen.fillText(number(value), left - 6, frame.y(value), MARGIN.left - 8);
  }
  pen.strokeStyle = ink;
  pen.globalAlpha = 0.5;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  pen.globalAlpha = 1;
}

/** Where a way stands after some steps, in pixels. */
export function placeOf({ points, values }, step, frame, dimensions) {
  const at = Math.min(step, values.length - 1);
  return dimensions === 1
    ? [frame.x(points[at]), frame.y(values[at])]
    : [frame.x(points[2 * at]), frame.y(points[2 * at + 1])];
}

/** Draw the way of an optimizer up to a step, and its mark where it stands. */
export function way(pen, racer, step, frame, dimensions, paper) {
  const last = Math.min(step, racer.values.length - 1);
  pen.strokeStyle = racer.colour;
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.beginPath();
  for (let i = 0; i <= last; i++) pen.lineTo(...placeOf(racer, i, frame, dimensions));
  pen.stroke();
  pen.fillStyle = racer.colour;
  for (let i = 1; i <= last; i++) {
    // a dot each step: where they are far apart it moves fast
    const [x, y] = placeOf(racer, i, frame, dimensions);
    pen.fillRect(x - 2, y - 2, 4, 4);
  }
  const [x, y] = placeOf(racer, last, frame, dimensions);
  mark(pen, racer.mark, x, y, 6, racer.colour, paper);
}

const SHAPES = {
  circle: Array.from({ length: 24 }, (_corner, i) => [Math.cos((i * Math.PI) / 12), Math.sin((i * Math.PI) / 12)]),
  square: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  diamond: [
    [0, -1.2],
    [1.2, 0],
    [0, 1.2],
    [-1.2, 0],
  ],
  up: [
    [0, -1.15],
    [1.1, 0.85],
    [-1.1, 0.85],
  ],
  down: [
    [0, 1.15],
    [1.1, -0.85],
    [-1.1, -0.85],
  ],
  star: Array.from({ length: 10 }, (_corner, i) => {
    const size = i % 2 ? 0.55 : 1.35,
      turn = (i * Math.PI) / 5 - Math.PI / 2;
    return [size * Math.cos(turn), size * Math.sin(turn)];
  }),
};

/** Draw a mark, so that it is told apart by its shape as well as by its colour. */
export function mark(pen, shape, x, y, size, colour, paper) {
  pen.beginPath();
  for (const [across, down] of SHAPES[shape]) pen.lineTo(x + size * across, y + size * down);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
  pen.strokeStyle = paper;
  pen.lineWidth = 1.5;
  pen.stroke();
}

/** Draw the way of a run: dashed, on a band of the paper's colour, to be seen on any height.
 * @param {[number, number][]} places
 */
export function trail(pen, places, frame, ink, paper) {
  pen.save();
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(frame.x(x), frame.y(y));
  pen.strokeStyle = paper;
  pen.lineWidth = 5;
  pen.stroke();
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  pen.setLineDash([6, 4]);
  pen.stroke();
  pen.restore();
}

/** Draw a cross where the function is lowest. */
export function minimum(pen, x, y, ink) {
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const [across, down] of [
    [5, 5],
    [5, -5],
  ]) {
    pen.moveTo(x - across, y - down);
    pen.lineTo(x + across, y + down);
  }
  pen.stroke();
}
