// What the linked charts share: a titled figure with one canvas, drawn again when asked.

import { cleared } from "../canvas.js";
import { made } from "./looks.js";
import { _ } from "../texts.js";

export class Chart {
  /** @param {object} room what the sweep's views share
   * @param {string} name the class of the figure
   * @param {string} title */
  constructor(room, name, title) {
    this.room = room;
    this.canvas = made("canvas", { role: "img" });
    this.name = made("span", {}, title);
    this.title = made("figcaption", {}, this.name);
    this.word = made("span", { className: "none" });
    this.box = made("div", { className: "plot" }, this.canvas, this.word);
    this.element = made("figure", { className: name }, this.title, this.box);
    new ResizeObserver(() => room.redrawCharts()).observe(this.box);
  }

  /** The canvas, cleared, and its size; null while it is out of the page, or there is nothing to draw. */
  begin() {
    const width = this.box.clientWidth,
      height = this.box.clientHeight;
    if (!width || !height) return null;
    const { room } = this,
      context = cleared(this.canvas, width, height);
    const word = !room.isEmpty ? "" : room.scene.run === null ? _("Press Train") : _("No figures yet");
    if (this.word.textContent !== word) this.word.textContent = word;
    if (word) this.say(word);
    return word ? null : { context, width, height };
  }

  say(words) {
    if (this.canvas.getAttribute("aria-label") !== words) this.canvas.setAttribute("aria-label", words);
  }

  /** Let a mouse, a pen or a finger drag over the canvas: `move(from, to)` in its pixels, `end(moved)`. */
  listenToDrags(begin, move, end) {
    this.canvas.addEventListener("pointerdown", (down) => {
      if (!down.isPrimary || down.button) return;
      const box = this.canvas.getBoundingClientRect(),
        at = ({ clientX, clientY }) => [clientX - box.left, clientY - box.top];
      const from = at(down);
      if (!begin(from)) return;
      down.preventDefault();
      const over = new AbortController(),
        options = { signal: over.signal };
      let moved = false;
      this.canvas.setPointerCapture(down.pointerId);
      this.canvas.addEventListener(
        "pointermove",
        (event) => {
          const to = at(event);
          if (!moved && Math.hypot(to[0] - from[0], to[1] - from[1]) < 4) return;
          moved = true;
          move(from, to);
        },
        options,
      );
      const finish = () => {
        over.abort();
        end(moved, from);
      };
      this.canvas.addEventListener("pointerup", finish, options);
      this.canvas.addEventListener("pointercancel", finish, options);
    });
  }
}
