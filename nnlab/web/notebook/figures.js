// The curves of a run in a notebook: those that the page came with, and what the kernel tells since.

import { History } from "../history.js";
import { thin } from "../series.js";

const POINTS = 300;
const PAIRS = [
  ["train", "train_"],
  ["val", "val_"],
];

export class Figures {
  history = new History();
  metrics = new Map(); // of somebody's own loop, by name: [steps, values]
  last = 0;

  /** Fold events in. */
  add(events) {
    for (const event of events) {
      if (event.type === "fit_started") this.#cut(event.step);
      if (event.type === "metrics") this.#note(event);
      this.history.add(event);
      this.last = Math.max(this.last, event.step ?? 0);
    }
  }

  #note({ step, values }) {
    for (const [name, value] of Object.entries(values)) {
      if (!this.metrics.has(name)) this.metrics.set(name, [[], []]);
      const [steps, found] = this.metrics.get(name);
      steps.push(step);
      found.push(Number(value));
    }
  }

  #cut(step) {
    this.last = step;
    for (const [steps, values] of this.metrics.values()) {
      const kept = steps.filter((one) => one <= step).length;
      steps.length = values.length = kept;
    }
  }

  /** By chart and part: steps and values, null where they are no number. As nnlab/export/html/curves.py gives them. */
  get curves() {
    const found = Object.create(null); // a metric may be called like anything
    for (const what of ["loss", "accuracy"]) {
      const parts = PAIRS.map(([part, begin]) => [part, drawn(this.history.curve(begin + what))]);
      if (parts.some(([, [steps]]) => steps.length)) found[what] = Object.fromEntries(parts);
    }
    for (const [name, curve] of this.metrics) {
      const [what, part] = placeOf(name, this.metrics);
      (found[what] ??= {})[part] = drawn(curve);
    }
    return found;
  }
}

/** The chart and the part of a metric: `val_loss` stands beside `train_loss`, or beside `loss`. */
export function placeOf(name, all) {
  for (const [part, begin] of PAIRS) {
    if (name.startsWith(begin) && name.length > begin.length) return [name.slice(begin.length), part];
  }
  return [name, all.has(`val_${name}`) && !all.has(`train_${name}`) ? "train" : "value"];
}

function drawn(curve) {
  const [steps, values] = thin(curve, POINTS);
  return [steps, values.map((value) => (Number.isFinite(value) ? value : null))];
}
