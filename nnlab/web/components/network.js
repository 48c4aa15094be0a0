// Draws a network of nnlab/figures/network.py: pictures and lines on a canvas, and over every
// neuron a button, which the keyboard reaches.

import { formatted } from "../format.js";
import { SIDE } from "../grid.js";
import { COLUMNS, Sheet, TILE } from "../neurons.js";
import { unpacked } from "../payload.js";
import { stage } from "../stage.js";
import { _ } from "../texts.js";

const TOP = 22, LEFT = 50, RIGHT = 34, LINE_PIXELS = 1.6, WIDEST = 9, REACH = 7, MAX_NODE = 40;

async function decoded(address) {
  if (!address) return null;
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

// Where everything stands: it depends on the sizes of the layers and of the page alone.
function arranged(drawing, width) {
  const sizes = drawing.layers.map((layer) => layer.labels.length);
  const most = Math.max(...sizes), gaps = Math.max(1, sizes.length - 1);
  const room = drawing.height - TOP - 6;
  const pitch = Math.min(room / most, 64);
  const span = width - LEFT - RIGHT;
  const noted = drawing.layers.some((layer) => layer.notes.length);
  const side = Math.max(10, Math.min(pitch - (noted ? 16 : 5), (span / (gaps + 1)) * 0.62, MAX_NODE));
  const step = (span - side) / gaps;
  const places = sizes.map((size, layer) =>
    Array.from({ length: size }, (_place, unit) => ({
      x: LEFT + side / 2 + step * layer,
      y: TOP + room / 2 + (unit - (size - 1) / 2) * pitch,
    })));
  return { places, side, step };
}

function curve(from, to, side) {
  const a = { x: from.x + side / 2, y: from.y }, d = { x: to.x - side / 2, y: to.y };
  const bend = (d.x - a.x) * 0.45;
  return [a, { x: a.x + bend, y: a.y }, { x: d.x - bend, y: d.y }, d];
}

function along([a, b, c, d], t) {
  const s = 1 - t;
  const at = (k) => s * s * s * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t * t * t * d[k];
  return { x: at("x"), y: at("y") };
}

function lines(drawing, { places, side }) {
  const found = [];
  drawing.weights.forEach((weights, index) => {
    if (!weights) return;
    const layer = index + 1, sources = places[index].length;
    weights.forEach((value, place) => {
      const unit = Math.floor(place / sources), source = place % sources;
      const way = curve(places[index][source], places[layer][unit], side);
      found.push({ layer, unit, source, value, way });
    });
  });
  return found;
}

const isPicked = (line, picked) =>
  picked && line.layer === picked[0] && line.unit === picked[1] &&
  (picked.length === 2 || line.source === picked[2]);

const number = (value) => (value === null ? "–" : formatted(value, ".3g").replace("-", "−"));

// Whether the weights that are drawn are those of this drawing's network.
function isOf({ tensors: { weight } }, index, { layers }, tensors) {
  if (!weight) return true;
  const [units, sources] = tensors.get(weight)?.shape ?? [];
  return units === layers[index].labels.length && sources === layers[index - 1].labels.length;
}

// Where the browser evaluates the network itself, its pictures and numbers are the newest.
class LiveNetwork {
  constructor(root) {
    this.element = root;
    this.sheet = new Sheet();
  }

  draw({ net, places, tensors }) {
    const { drawing } = this.element, { layers, colours } = drawing.live;
    if (!layers.every((layer, index) => isOf(layer, index, drawing, tensors))) return; // the page is on its way
    const of = (kind) => layers.slice(1).map((layer) => tensors.get(layer.tensors[kind])?.data ?? null);
    [drawing.weights, drawing.biases] = [of("weight"), of("bias")];
    if (net) {
      const drawn = layers.map(({ output }, index) => [output, drawing.layers[index].labels.length]);
      this.element.image = this.sheet.paint(net, drawn, colours, places.n === SIDE);
      [drawing.side, drawing.columns] = [TILE, COLUMNS];
    }
    paint(this.element);
  }
}

function paint(root) {
  const { drawing, image } = root, width = root.clientWidth;
  if (!width) return;
  const scale = window.devicePixelRatio || 1, canvas = root.canvas;
  const [w, h] = [Math.round(width * scale), Math.round(drawing.height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, drawing.height);
  const isMoved = root.arranged !== drawing || root.width !== width;
  if (isMoved) [root.place, root.arranged, root.width] = [arranged(drawing, width), drawing, width];
  const { place } = root;
  root.lines = lines(drawing, place);
  paintLines(context, root);
  paintNeurons(context, root, image);
  paintNumbers(context, root);
  if (isMoved || root.pressed !== String(root.picked)) setButtons(root, place);
}

function paintLines(context, { drawing, lines, picked }) {
  const { colours, unit } = drawing;
  const draw = (line, strong) => {
    const size = Math.abs(line.value ?? 0) / unit;
    context.beginPath();
    const [a, b, c, d] = line.way;
    context.moveTo(a.x, a.y);
    context.bezierCurveTo(b.x, b.y, c.x, c.y, d.x, d.y);
    context.lineWidth = Math.min(WIDEST, 0.4 + LINE_PIXELS * size) + (strong ? 1 : 0);
    context.strokeStyle = line.value < 0 ? colours.negative : colours.positive;
    context.globalAlpha = (picked && !strong ? 0.35 : 1) * (0.3 + 0.7 * Math.min(1, size));
    if (strong) context.globalAlpha = Math.max(0.75, context.globalAlpha);
    context.stroke();
  };
  const strong = lines.filter((line) => isPicked(line, picked));
  lines.filter((line) => !strong.includes(line)).forEach((line) => draw(line, false));
  if (picked?.length === 3) {
    for (const { way: [a, b, c, d] } of strong) {
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
  const { colours, side: tile, columns } = drawing, { places, side } = place;
  let index = 0;
  context.font = "12px 'Source Sans', sans-serif";
  context.textBaseline = "middle";
  drawing.layers.forEach((layer, column) => {
    const first = column === 0, last = column === drawing.layers.length - 1;
    context.textAlign = "center";
    context.fillStyle = colours.quiet;
    const title = place.step < 52 ? short(layer.title) : layer.title;
    context.fillText(title, places[column][0]?.x ?? 0, 9);
    layer.labels.forEach((label, unit) => {
      const { x, y } = places[column][unit], [l, t] = [x - side / 2, y - side / 2];
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
      if (first || last) {
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
  context.font = "11px 'Source Sans', sans-serif";
  context.textAlign = "center";
  const shown = lines.filter((line) => isPicked(line, picked));
  if (place.step > 75 || shown.length === 1) {
    for (const line of shown) {
      // Lines that meet in one neuron part most near their sources.
      const { x, y } = along(line.way, shown.length === 1 ? 0.5 : 0.3);
      write(number(line.value), x, y);
    }
  }
  drawing.layers.forEach((layer, column) => layer.notes.forEach((note, unit) => {
    const { x, y } = place.places[column][unit];
    write(note, x, y + place.side / 2 + 8);
  }));
}

// `layer 3` by its number alone; a title without one stays.
const short = (title) => title.match(/\d+/)?.[0] ?? title;

function name(drawing, layer, unit) {
  const { title, labels } = drawing.layers[layer];
  if (layer === 0) return _("input {name}", { name: labels[unit] });
  if (labels[unit]) return `${title} ${labels[unit]}`;
  return _("{layer} neuron {number}", { layer: title, number: unit + 1 });
}

// One button a neuron, kept from frame to frame: whoever has tabbed to one stays there.
function setButtons(root, { places, side }) {
  const { drawing } = root, structure = JSON.stringify(drawing.layers.map((l) => [l.title, l.labels]));
  if (root.structure !== structure) {
    root.structure = structure;
    root.buttons.replaceChildren();
    places.forEach((column, layer) => column.forEach((_place, unit) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.neuron = `${layer}-${unit}`;
      button.setAttribute("aria-label", name(drawing, layer, unit));
      button.onclick = () => pick(root, isSame(root.picked, [layer, unit]) ? null : [layer, unit]);
      root.buttons.append(button);
    }));
  }
  let index = 0;
  root.pressed = String(root.picked);
  places.forEach((column, layer) => column.forEach(({ x, y }, unit) => {
    const button = root.buttons.children[index++], { style } = button;
    [style.left, style.top] = [`${x - side / 2}px`, `${y - side / 2}px`];
    style.width = style.height = `${side}px`;
    const chosen = root.picked?.length === 2 && isSame(root.picked, [layer, unit]);
    button.setAttribute("aria-pressed", String(Boolean(chosen)));
  }));
}

const isSame = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

// Shown at once; the page's answer comes with a later frame.
function pick(root, picked) {
  root.waiting = { picked, until: performance.now() + 2000 };
  root.picked = picked;
  paint(root);
  root.send("picked", { at: picked });
}

function nearest(root, event) {
  const box = root.canvas.getBoundingClientRect();
  const at = { x: event.clientX - box.left, y: event.clientY - box.top };
  let best = null, least = REACH;
  for (const line of root.lines ?? []) {
    const [a, , , d] = line.way;
    if (at.x < a.x || at.x > d.x) continue;
    for (let t = 0; t <= 1; t += 1 / 24) {
      const { x, y } = along(line.way, t), far = Math.hypot(x - at.x, y - at.y);
      if (far < least) [best, least] = [line, far];
    }
  }
  return best && { line: best, at };
}

function hover(root, event) {
  const found = nearest(root, event), { tip, drawing } = root;
  root.canvas.style.cursor = found ? "pointer" : "default";
  tip.hidden = !found;
  if (!found) return;
  const { line, at } = found;
  tip.textContent =
    `${name(drawing, line.layer - 1, line.source)} → ${name(drawing, line.layer, line.unit)}: ${number(line.value)}`;
  tip.style.left = `${Math.min(at.x + 10, root.clientWidth - tip.offsetWidth - 4)}px`;
  tip.style.top = `${at.y + 14}px`;
}

// What a neuron gives at the place of its picture that is pointed at.
function hoverNeuron(root, event) {
  const { tip, drawing } = root, { net, places } = stage;
  const button = event.target.closest("[data-neuron]");
  const [layer, unit] = button?.dataset.neuron.split("-").map(Number) ?? [];
  const output = drawing.live?.layers[layer]?.output;
  tip.hidden = !button || !net?.has(output, unit);
  if (tip.hidden) return;
  const box = button.getBoundingClientRect(), whole = root.getBoundingClientRect();
  const at = (from, size) => Math.max(0, Math.min(SIDE - 1, Math.floor((SIDE * from) / size)));
  const column = at(event.clientX - box.left, box.width), row = at(event.clientY - box.top, box.height);
  const value = net.unit(output, unit)[places.n === SIDE ? column : row * SIDE + column];
  tip.textContent = `${name(drawing, layer, unit)}: ${number(value)}`;
  tip.style.left = `${Math.min(event.clientX - whole.left + 12, root.clientWidth - tip.offsetWidth - 4)}px`;
  tip.style.top = `${event.clientY - whole.top + 16}px`;
}

function begin(root) {
  root.canvas = document.createElement("canvas");
  root.buttons = document.createElement("div");
  root.tip = document.createElement("span");
  root.tip.className = "nnlab-tip";
  root.tip.hidden = true;
  root.replaceChildren(root.canvas, root.buttons, root.tip);
  root.setAttribute("role", "group");
  root.canvas.onpointermove = (event) => hover(root, event);
  root.canvas.onpointerleave = root.buttons.onpointerleave = () => (root.tip.hidden = true);
  root.buttons.onpointermove = (event) => hoverNeuron(root, event);
  root.canvas.onclick = (event) => {
    const line = nearest(root, event)?.line;
    pick(root, line ? [line.layer, line.unit, line.source] : null);
  };
  root.watch = new ResizeObserver(() => root.drawing && paint(root));
  root.watch.observe(root);
}

export async function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".nnlab-network");
  root.newest = data;
  root.send = setTriggerValue;
  const drawing = await unpacked(data), image = await decoded(drawing.sprite);
  if (root.newest !== data || !root.isConnected) return;
  if (!root.canvas) begin(root);
  if (root.waiting && (isSame(root.waiting.picked, drawing.picked) || performance.now() > root.waiting.until)) {
    root.waiting = null;
  }
  root.picked = root.waiting ? root.waiting.picked : drawing.picked;
  root.drawing = drawing;
  if (image || !drawing.live) root.image = image;
  root.style.height = `${drawing.height}px`;
  root.setAttribute("aria-label", drawing.alt);
  paint(root);
  if (drawing.live) stage.add((root.live ??= new LiveNetwork(root)));
  else if (root.live) stage.views.delete(root.live);
}

export function drop({ parentElement }) {
  const root = parentElement.querySelector(".nnlab-network");
  if (root && !root.isConnected) root.watch?.disconnect();
}
