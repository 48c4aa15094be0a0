// A network's drawing that lives: a canvas for neurons and lines, and over every neuron a button, which
// the keyboard reaches. A page of the lab and an exported page have the same.

import { cleared } from "./canvas.js";
import { SIDE } from "./grid.js";
import { enlargement } from "./larger.js";
import { arranged, lines, nearest } from "./network_layout.js";
import { number, paintNetwork } from "./network_paint.js";
import { COLUMNS, Sheet, TILE } from "./neurons.js";
import { _ } from "./texts.js";

// Whether the weights that are drawn are those of this drawing's network.
function isOf({ tensors: { weight } }, index, { layers }, tensors) {
  if (!weight) return true;
  const [units, sources] = tensors.get(weight)?.shape ?? [];
  return units === layers[index].labels.length && sources === layers[index - 1].labels.length;
}

// Where the browser evaluates the network itself, its pictures and numbers are the newest.
export class LiveNetwork {
  constructor(root) {
    this.element = root;
    this.sheet = new Sheet();
  }

  draw({ net, places, tensors }) {
    const { drawing } = this.element,
      { layers, colours } = drawing.live;
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

/** Paint the drawing of a root that has begun: `drawing`, and `image`, the pictures of its neurons. */
export function paint(root) {
  const { drawing, image } = root,
    zoom = (root.zoom = enlargement());
  const width = root.clientWidth / zoom,
    height = root.clientHeight / zoom;
  if (!width || !height) return;
  const context = cleared(root.canvas, width, height, zoom);
  const size = `${width} ${height}`,
    isMoved = root.arranged !== drawing || root.size !== size;
  if (isMoved) [root.place, root.arranged, root.size] = [arranged(drawing, width, height), drawing, size];
  const { place } = root;
  root.lines = lines(drawing, place);
  paintNetwork(context, root, image);
  if (isMoved || root.pressed !== String(root.picked)) setButtons(root, place);
  if (!isMoved) return;
  root.form?.set(drawing, place);
  for (const { style } of [root.form?.element, root.buttons].filter(Boolean)) {
    [style.transform, style.transformOrigin] = [zoom === 1 ? "" : `scale(${zoom})`, "0 0"];
    style.width = `${100 / zoom}%`;
  }
}

function name(drawing, layer, unit) {
  const { title, labels } = drawing.layers[layer];
  if (layer === 0) return _("input {name}", { name: labels[unit] });
  if (labels[unit]) return `${title} ${labels[unit]}`;
  return _("{layer} neuron {number}", { layer: title, number: unit + 1 });
}

// One button a neuron, kept from frame to frame: whoever has tabbed to one stays there.
function setButtons(root, { places, side }) {
  const { drawing } = root,
    structure = JSON.stringify(drawing.layers.map((l) => [l.title, l.labels]));
  if (root.structure !== structure) {
    root.structure = structure;
    root.buttons.replaceChildren();
    places.forEach((column, layer) =>
      column.forEach((_place, unit) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.neuron = `${layer}-${unit}`;
        button.setAttribute("aria-label", name(drawing, layer, unit));
        button.onclick = () => pick(root, isSame(root.picked, [layer, unit]) ? null : [layer, unit]);
        root.buttons.append(button);
      }),
    );
  }
  let index = 0;
  root.pressed = String(root.picked);
  places.forEach((column, layer) =>
    column.forEach(({ x, y }, unit) => {
      const button = root.buttons.children[index++],
        { style } = button;
      [style.left, style.top] = [`${x - side / 2}px`, `${y - side / 2}px`];
      style.width = style.height = `${side}px`;
      const chosen = root.picked?.length === 2 && isSame(root.picked, [layer, unit]);
      button.setAttribute("aria-pressed", String(Boolean(chosen)));
    }),
  );
}

export const isSame = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

// Shown at once.
function pick(root, picked) {
  root.picked = picked;
  paint(root);
  root.hasPicked(picked);
}

function under(root, event) {
  const box = root.canvas.getBoundingClientRect();
  const at = { x: (event.clientX - box.left) / root.zoom, y: (event.clientY - box.top) / root.zoom };
  const line = nearest(root.lines ?? [], at);
  return line && { line, at };
}

function hover(root, event) {
  const found = under(root, event),
    { tip, drawing } = root;
  root.canvas.style.cursor = found ? "pointer" : "default";
  tip.hidden = !found;
  if (!found) return;
  const { line, at } = found;
  tip.textContent = `${name(drawing, line.layer - 1, line.source)} → ${name(drawing, line.layer, line.unit)}: ${number(line.value)}`;
  tip.style.left = `${Math.min(at.x * root.zoom + 10, root.clientWidth - tip.offsetWidth - 4)}px`;
  tip.style.top = `${at.y * root.zoom + 14}px`;
}

// What a neuron gives at the place of its picture that is pointed at.
function hoverNeuron(root, event) {
  const { tip, drawing, stage } = root,
    { net, places } = stage;
  const button = event.target.closest("[data-neuron]");
  const [layer, unit] = button?.dataset.neuron.split("-").map(Number) ?? [];
  const output = drawing.live?.layers[layer]?.output;
  tip.hidden = !button || !net?.has(output, unit);
  stage.peek(tip.hidden || layer === drawing.layers.length - 1 ? null : [output, unit]);
  if (tip.hidden) return;
  const box = button.getBoundingClientRect(),
    whole = root.getBoundingClientRect();
  const at = (from, size) => Math.max(0, Math.min(SIDE - 1, Math.floor((SIDE * from) / size)));
  const column = at(event.clientX - box.left, box.width),
    row = at(event.clientY - box.top, box.height);
  const value = net.unit(output, unit)[places.n === SIDE ? column : row * SIDE + column];
  tip.textContent = _("{name} gives {value} here", { name: name(drawing, layer, unit), value: number(value) });
  tip.style.left = `${Math.min(event.clientX - whole.left + 12, root.clientWidth - tip.offsetWidth - 4)}px`;
  tip.style.top = `${event.clientY - whole.top + 16}px`;
}

/** Let an element be a drawing.
 *
 * @param {HTMLElement} root
 * @param {object} stage whose network it draws
 * @param {(picked: number[] | null) => void} hasPicked told what a person picks: a neuron (layer, unit) or a
 *   weight (layer, unit, source)
 * @param {{element: HTMLElement, set: Function} | null} form controls that stand on the drawing
 */
export function begin(root, stage, hasPicked, form = null) {
  Object.assign(root, { stage, hasPicked, form });
  root.canvas = document.createElement("canvas");
  root.buttons = document.createElement("div");
  root.tip = document.createElement("span");
  root.tip.className = "nnlab-tip";
  root.tip.hidden = true;
  root.replaceChildren(...[root.canvas, form?.element, root.buttons, root.tip].filter(Boolean));
  root.setAttribute("role", "group");
  root.canvas.onpointermove = (event) => hover(root, event);
  root.canvas.onpointerleave = root.buttons.onpointerleave = () => {
    root.tip.hidden = true;
    stage.peek(null);
  };
  root.buttons.onpointermove = (event) => hoverNeuron(root, event);
  root.canvas.onclick = (event) => {
    const line = under(root, event)?.line;
    pick(root, line ? [line.layer, line.unit, line.source] : null);
  };
  root.watch = new ResizeObserver(() => root.drawing && paint(root));
  root.watch.observe(root);
}
