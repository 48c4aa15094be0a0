// A sweep's figures: its events folded into columns, as nnlab/runs/sweeps/history.py folds them.

const CURVES = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"];
const METRICS = [...CURVES, "test_loss", "test_accuracy"];

const ENDS = ["", "completed", "early_stopped", "stopped", "diverged"]; // as live.safetensors counts them

/** Whether less of a metric is better. */
export const isLoss = (metric) => metric.endsWith("loss");

// A figure that JSON cannot hold stands there as text; none is null.
const number = (value) => (value === null || value === undefined ? NaN : Number(value));
const isFinal = (name) => METRICS.includes(name) || name === "best_val_loss" || name === "best_val_accuracy";

export class SweepFigures {
  /** @param {number} nets how many there are */
  constructor(nets) {
    this.nets = nets;
    this.version = 0; // another one after each change
    this.steps = new Int32Array(nets);
    this.reasons = Array(nets).fill("");
    this.rows = []; // of each moment: { step, paused, and by metric Float64Array [nets] or undefined }
    this.final = new Map(); // by metric: [nets]
    this.live = null; // what came with the weights, newer than the events: { step, by: Map }
    this.rest = null; // what the page sent: of a run at rest it is the truth, else until there are events
    this.isAtRest = false;
    this.ends = new Map();
    this.kept = new Map();
  }

  /** Fold one more event in. */
  add(event) {
    const { nets } = this;
    this.version += 1;
    if (event.type === "fit_started") this.#begin(event);
    else if (event.type === "nets_progress" && event.steps.length === nets) {
      const row = { step: event.step, paused: Boolean(event.paused) };
      for (const name of CURVES) {
        if (event[name]?.length === nets) row[name] = Float64Array.from(event[name], number);
      }
      this.rows.push(row);
      this.steps.set(event.steps);
      this.live = null;
    } else if (event.type === "net_ended" && event.net < nets) {
      this.ends.set(event.net, event);
      this.reasons[event.net] = event.reason;
      this.steps[event.net] = event.step;
    } else if (event.type === "nets_figures" && event.first + event.reasons.length <= nets) this.#end(event);
  }

  // A session begins: what an earlier one did beyond this step is forgotten.
  #begin({ step }) {
    this.rows = this.rows.filter((row) => row.step <= step);
    this.final.clear();
    this.live = null;
    this.reasons.fill("");
    this.steps.fill(step);
    for (const [net, end] of this.ends) {
      if (end.step > step) this.ends.delete(net);
      else [this.reasons[net], this.steps[net]] = [end.reason, end.step];
    }
  }

  #end(event) {
    const { first, reasons } = event;
    reasons.forEach((reason, i) => {
      this.reasons[first + i] = reason;
      this.steps[first + i] = event.steps[i];
    });
    for (const [name, values] of Object.entries(event)) {
      if (!isFinal(name) || values?.length !== reasons.length) continue;
      if (!this.final.has(name)) this.final.set(name, new Float64Array(this.nets).fill(NaN));
      this.final.get(name).set(values.map(number), first);
    }
    this.live = null;
  }

  /** What came with weights: figures of each net, newer than those of the events; NaN is none. */
  hear(step, tensors) {
    if (this.rows.length && step <= this.rows.at(-1).step) return;
    const by = new Map(CURVES.map((name) => [name, tensors.get(name)?.data]));
    this.live = { step, by };
    const steps = tensors.get("steps")?.data;
    if (steps?.length === this.nets) this.steps.set(steps);
    tensors.get("ended")?.data.forEach((code, net) => {
      if (net < this.nets) this.reasons[net] = ENDS[code] ?? "";
    });
    this.version += 1;
  }

  /** What the page sent of a run at rest, or of trials. */
  show({ steps, reasons, figures, curves }, isAtRest) {
    this.rest = { figures, curves };
    this.isAtRest = isAtRest;
    if (!this.hasEvents || isAtRest) {
      this.steps.set(steps);
      reasons.forEach((reason, net) => (this.reasons[net] = reason));
    }
    this.version += 1;
  }

  get hasEvents() {
    return this.rows.length > 0 || this.final.size > 0 || this.live !== null;
  }

  get #isOfPage() {
    return this.rest !== null && (this.isAtRest || !this.hasEvents);
  }

  /** Each net's newest value of a metric, or the best of the run: [nets], NaN where there is none. */
  figures(metric, of) {
    if (this.#isOfPage) return this.rest.figures[metric]?.[of] ?? new Float64Array(this.nets).fill(NaN);
    return this.#once(`${metric} ${of}`, () => (of === "best" ? this.#best(metric) : this.#last(metric)));
  }

  #last(metric) {
    const found = new Float64Array(this.nets).fill(NaN),
      final = this.final.get(metric);
    const live = this.live?.by.get(metric);
    for (let net = 0; net < this.nets; net++) {
      if (this.reasons[net] === "diverged") continue;
      if (final && Number.isFinite(final[net])) found[net] = final[net];
      else if (live && Number.isFinite(live[net])) found[net] = live[net];
      else {
        for (let i = this.rows.length - 1; i >= 0; i--) {
          const value = this.rows[i][metric]?.[net];
          if (!Number.isFinite(value)) continue;
          found[net] = value;
          break;
        }
      }
    }
    return found;
  }

  #best(metric) {
    const found = new Float64Array(this.nets).fill(NaN),
      sign = isLoss(metric) ? 1 : -1;
    const told = this.rows.map((row) => row[metric]);
    for (const values of [...told, this.final.get(metric), this.final.get(`best_${metric}`)]) {
      if (!values) continue;
      for (let net = 0; net < this.nets; net++) {
        if (Number.isFinite(values[net]) && !(sign * values[net] >= sign * found[net])) found[net] = values[net];
      }
    }
    return found;
  }

  /** What was told of a metric on the way: the sweep's steps [k] and values, k times [nets]; NaN is none.
   * Training figures of the moment of a pause are left out: they are often those of one batch alone.
   */
  curve(metric) {
    if (this.#isOfPage) return this.rest.curves[metric] ?? { steps: [], rows: [] };
    return this.#once(`${metric} curve`, () => {
      const found = { steps: [], rows: [] };
      for (const row of this.rows) {
        const values = row[metric];
        if (!values || (row.paused && metric.startsWith("train_")) || found.steps.at(-1) === row.step) continue;
        if (!values.some(Number.isFinite)) continue;
        found.steps.push(row.step);
        found.rows.push(values);
      }
      return found;
    });
  }

  // The number of each net among those that have a figure, the best first, from 1; 0: it has none.
  ranks(metric, of) {
    const values = this.figures(metric, of),
      sign = isLoss(metric) ? 1 : -1;
    return this.#once(`${metric} ${of} ranks`, () => {
      const order = [...values.keys()].filter((net) => Number.isFinite(values[net]));
      order.sort((a, b) => sign * (values[a] - values[b]) || a - b);
      const ranks = new Int32Array(this.nets);
      order.forEach((net, place) => (ranks[net] = place + 1));
      return ranks;
    });
  }

  #once(name, make) {
    const kept = this.kept.get(name);
    if (kept?.version === this.version) return kept.value;
    const value = make();
    this.kept.set(name, { version: this.version, value });
    return value;
  }
}
