// The curve of each net's metric, for tiles that have no picture.

import { metricScale } from "./scales.js";
import { isLoss } from "./figures.js";

const POINTS = 48;

/** Curves of 0 to 1 in both directions, on one scale for all nets. */
export class Sparks {
  constructor(figures, metric) {
    const { steps, rows } = figures.curve(metric);
    const every = Math.max(1, Math.ceil(steps.length / POINTS));
    this.rows = rows.filter((_row, i) => i % every === 0 || i === rows.length - 1);
    const kept = steps.filter((_step, i) => i % every === 0 || i === rows.length - 1);
    const last = kept.at(-1) || 1;
    this.across = Float64Array.from(kept, (step) => step / last);
    this.scale = metricScale(this.#all(), isLoss(metric));
    this.made = new Map();
  }

  *#all() {
    for (const row of this.rows) yield* row;
  }

  of(net) {
    if (this.rows.length < 2) return null;
    if (!this.made.has(net))
      this.made.set(
        net,
        Float64Array.from(this.rows, (row) => this.scale.at(row[net])),
      );
    return [this.across, this.made.get(net)];
  }
}
