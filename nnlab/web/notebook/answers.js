// Stands for a network that only the kernel can evaluate: its answers over the plane, as they were sent.

import { SIDE } from "../grid.js";

export class Answers {
  views = new Set();
  net = null;
  frames = 0;

  /** @param {{space: object, outputs: number}} grid over what, and how many values an answer has */
  constructor({ space, outputs }) {
    this.network = { space };
    this.count = outputs;
  }

  /** Draw the answers of a step.
   * @param {{step: number, values: ArrayBuffer}} answers float32 [outputs × places], the places row by row */
  take({ step, values }) {
    const all = new Float32Array(values),
      places = SIDE * SIDE;
    const outputs = Array.from({ length: this.count }, (_output, i) => all.subarray(i * places, (i + 1) * places));
    this.step = step;
    this.net = { outputs: () => outputs, has: () => false };
    this.redraw();
  }

  /** The answer at a place: that of the nearest place that was sent. */
  evaluate({ x: [across, up] }) {
    const {
      extent: [low, high],
    } = this.network.space;
    const placeOf = (value) => Math.max(0, Math.min(SIDE - 1, Math.floor((SIDE * (value - low)) / (high - low))));
    const at = (SIDE - 1 - placeOf(up)) * SIDE + placeOf(across);
    return { outputs: () => this.net.outputs().map((values) => [values[at]]) };
  }

  add(view) {
    this.views.add(view);
    this.redraw();
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.net) return;
      for (const view of this.views) view.draw(this);
      this.frames += 1;
    });
  }
}
