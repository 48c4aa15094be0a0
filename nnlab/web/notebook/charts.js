// The charts of a run in a notebook, one a metric; they come as the metrics come.

import { Curve } from "../file/curves.js";
import { made } from "../file/shell.js";
import { _ } from "../texts.js";

const EVERY = 100; // milliseconds from one drawing of them to the next, at least

export class Charts {
  charts = new Map();
  step = 0;

  /** @param {object} curves of nnlab/export/html/curves.py
   * @param {number} last step of the axes
   * @param {((step: number) => void) | null} seek told the step that is pressed */
  constructor(curves, last, seek) {
    this.seek = seek;
    this.element = made("section", { className: "curves", "aria-label": _("Curves") });
    this.take(curves, last);
  }

  /** Longer curves, or more of them. */
  take(curves, last) {
    for (const [what, parts] of Object.entries(curves)) {
      if (this.charts.has(what)) this.charts.get(what).take(parts, last);
      else {
        const chart = new Curve(what, parts, last, this.seek);
        this.charts.set(what, chart);
        this.element.append(chart.element);
      }
    }
    this.#draw();
  }

  /** Mark a step on all of them. */
  mark(step) {
    this.step = step;
    this.#draw();
  }

  #draw() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      for (const chart of this.charts.values()) chart.mark(this.step);
    }, EVERY);
  }
}
