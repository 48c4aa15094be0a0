// The tiles: one canvas over what is in sight, and over every tile a button, which the keyboard reaches.

import { cleared } from "../canvas.js";
import { FONT, write } from "./canvas.js";
import { metricName, made } from "./looks.js";
import { maskOf } from "./selection.js";
import { Sparks } from "./sparks.js";
import { cornerOf, layOut, neighbour, netsIn, sizeOf } from "./tile_layout.js";
import { nameOf, paintTile } from "./tile_paint.js";
import { _ } from "../texts.js";

const PADDING = 3; // pixels around the sheet, as sweep.css says
const FAR = 6; // pixels after which a pressed pointer draws a rectangle
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const RENAME = 2000; // milliseconds from one naming of all tiles to the next

export class Tiles {
  constructor(room) {
    this.room = room;
    this.canvas = made("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.buttons = made("div", { className: "buttons" });
    this.band = made("i", { className: "band", hidden: true });
    this.sheet = made("div", { className: "sheet" }, this.canvas, this.buttons, this.band);
    this.element = made("div", { className: "tiles", role: "group" }, this.sheet);
    this.element.setAttribute(
      "aria-label",
      _(
        "Tiles: arrow keys go from network to network, Enter shows one large, Ctrl and Enter or the button Compare with another a second one beside it, Shift and arrows select",
      ),
    );
    this.focused = 0;
    this.anchor = null; // where a selection by the keyboard began
    this.changed = new Set();
    this.isWhole = true;
    this.namedAt = -Infinity;
    this.element.addEventListener("scroll", () => this.drawAll());
    new ResizeObserver(() => this.drawAll()).observe(this.element);
    this.#listen();
  }

  /** Draw all that is in sight at the next frame. */
  drawAll() {
    this.isWhole = true;
    this.room.redraw();
  }

  /** The nets whose tiles are in sight. */
  inSight() {
    const { layout, element } = this;
    if (!layout) return [];
    const top = element.scrollTop;
    return netsIn(layout, [0, top, element.clientWidth, top + element.clientHeight]);
  }

  arrange() {
    const { room, element } = this,
      width = element.clientWidth - 2 * PADDING,
      height = element.clientHeight - 2 * PADDING;
    if (width <= 0 || height <= 0) return false;
    const key = [width, height, room.orderKey()].join(" ");
    if (key === this.key) return true;
    this.key = key;
    const { axes, places } = room.scene;
    this.layout = layOut({ axes, places, order: room.order(), isGrid: room.isGrid, width, height });
    const [wide, tall] = sizeOf(this.layout);
    Object.assign(this.sheet.style, { height: `${Math.max(tall, height)}px`, width: `${Math.max(wide, width)}px` });
    this.isWhole = true;
    this.#setButtons();
    return true;
  }

  #setButtons() {
    const { layout, buttons, room } = this,
      { length } = room.scene.places;
    while (buttons.children.length > length) buttons.lastChild.remove();
    const added = [];
    for (let net = buttons.children.length; net < length; net++) {
      const button = document.createElement("button");
      [button.type, button.tabIndex] = ["button", -1];
      button.dataset.net = net;
      added.push(button);
    }
    buttons.append(...added);
    this.focused = Math.max(0, Math.min(this.focused, length - 1));
    if (length) buttons.children[this.focused].tabIndex = 0;
    const { side, below, beside, cells } = layout;
    cells.forEach((cell, net) => {
      const [left, top] = cornerOf(layout, cell),
        { style } = buttons.children[net];
      style.cssText = `left:${left}px;top:${top}px;width:${side + beside}px;height:${side + below}px`;
    });
    this.namedAt = -Infinity;
  }

  /** Draw what has changed, or all. */
  draw() {
    const { room, element, canvas } = this;
    if (!this.arrange()) return;
    const width = element.clientWidth - 2 * PADDING,
      height = element.clientHeight - 2 * PADDING,
      { scrollTop, scrollLeft } = element;
    const { layout } = this,
      { side, below, beside } = layout;
    const sparksKey = `${room.metric} ${room.figures.version}`;
    if (!this.sparks || (this.sparksKey !== sparksKey && this.isWhole)) {
      [this.sparks, this.sparksKey] = [new Sparks(room.figures, room.metric), sparksKey];
    }
    const shown = this.inSight();
    let context;
    if (this.isWhole) {
      canvas.style.transform = `translate(${scrollLeft}px, ${scrollTop}px)`;
      context = cleared(canvas, width, height);
    } else {
      context = canvas.getContext("2d");
      const scale = window.devicePixelRatio || 1;
      context.setTransform(scale, 0, 0, scale, 0, 0);
    }
    for (const net of shown) {
      if (!this.isWhole && !this.changed.has(net)) continue;
      const [left, top] = cornerOf(layout, layout.cells[net]);
      paintTile(context, room, net, [left - scrollLeft, top - scrollTop, side, below, beside], this.sparks);
    }
    this.#labels(context, width, height, scrollTop, scrollLeft);
    this.changed.clear();
    this.isWhole = false;
    this.#name();
  }

  // The values of the axes stay in sight while the tiles scroll.
  #labels(context, width, height, scrollTop, scrollLeft) {
    const { layout, room } = this,
      { across, up, side, gap, left, top, below, beside } = layout;
    if (!across || !up) return;
    context.clearRect(0, 0, width, top - 3);
    context.clearRect(0, 0, left - 3, height);
    context.fillStyle = room.colours.ink;
    context.font = FONT;
    context.textBaseline = "middle";
    const pitch = side + beside + gap,
      every = Math.ceil(34 / pitch);
    across.values.forEach((text, column) => {
      if (column % every) return;
      const x = left + column * pitch + side / 2 - scrollLeft;
      if (x > left) write(context, text, x, top / 2 - 1, { align: "center", most: every * pitch - 4 });
    });
    up.values.forEach((text, row) => {
      const y = top + row * (side + below + gap) + side / 2 - scrollTop;
      if (y > top) write(context, text, left - 7, y, { align: "right", most: left - 8 });
    });
  }

  #name() {
    const now = performance.now();
    if (now - this.namedAt < RENAME) {
      this.naming ??= setTimeout(() => {
        this.naming = null;
        if (this.element.isConnected) this.#name();
      }, RENAME);
      return;
    }
    this.namedAt = now;
    const word = metricName(this.room.metric),
      { pick } = this.room;
    for (const button of this.buttons.children) {
      const net = Number(button.dataset.net),
        name = nameOf(this.room, net, word);
      if (button.name !== name) {
        button.name = name;
        button.setAttribute("aria-label", name);
        button.title = name;
      }
      const pressed = String(pick.includes(net));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
  }

  // Hands ----------------------------------------------------------------------------------------------

  #listen() {
    const { sheet, room } = this;
    sheet.addEventListener("click", (event) => {
      const net = netOf(event.target);
      if (net === null || this.hasDragged) return;
      room.choose(net, event.shiftKey || event.ctrlKey || event.metaKey);
      this.namedAt = -Infinity;
    });
    sheet.addEventListener("focusin", ({ target }) => {
      const net = netOf(target);
      if (net === null || net === this.focused) return;
      this.buttons.children[this.focused]?.setAttribute("tabindex", "-1");
      this.focused = net;
      target.tabIndex = 0;
    });
    sheet.addEventListener("keydown", (event) => this.#key(event));
    sheet.addEventListener("pointerdown", (event) => this.#press(event));
  }

  #key(event) {
    const net = netOf(event.target),
      way = ARROWS[event.key];
    if (net !== null && event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault(); // not every browser makes a click of it
      this.room.choose(net, true);
      return;
    }
    if (net === null || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = neighbour(this.layout, net, way);
    this.buttons.children[to].focus();
    if (!event.shiftKey) {
      this.anchor = null;
      return;
    }
    this.anchor ??= net;
    const [one, other] = [this.anchor, to].map((at) => cornerOf(this.layout, this.layout.cells[at]));
    this.#select([one, other]);
  }

  // A mouse or a pen that is dragged selects; a finger scrolls.
  #press(down) {
    this.hasDragged = false;
    if (down.pointerType === "touch" || down.button) return;
    const box = this.sheet.getBoundingClientRect(),
      at = ({ clientX, clientY }) => [clientX - box.left, clientY - box.top];
    const from = at(down),
      over = new AbortController(),
      options = { signal: over.signal };
    addEventListener(
      "pointermove",
      (event) => {
        const to = at(event);
        if (!this.hasDragged && Math.hypot(to[0] - from[0], to[1] - from[1]) < FAR) return;
        this.hasDragged = true;
        event.preventDefault();
        const rectangle = this.#select([from, to]);
        Object.assign(this.band.style, {
          left: `${rectangle[0]}px`,
          top: `${rectangle[1]}px`,
          width: `${rectangle[2] - rectangle[0]}px`,
          height: `${rectangle[3] - rectangle[1]}px`,
        });
        this.band.hidden = false;
      },
      options,
    );
    const end = () => {
      over.abort();
      this.band.hidden = true;
    };
    addEventListener("pointerup", end, options);
    addEventListener("pointercancel", end, options);
  }

  #select([[x0, y0], [x1, y1]]) {
    const rectangle = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
    const nets = netsIn(this.layout, rectangle);
    this.room.select(nets.length ? maskOf(this.room.scene.places.length, nets) : null, "tiles");
    return rectangle;
  }
}

function netOf(target) {
  const net = target.closest?.("button[data-net]")?.dataset.net;
  return net === undefined ? null : Number(net);
}
