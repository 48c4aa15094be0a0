// A run's events folded into columns, as nnlab/runs/record/history.py folds them.

// How a run stands that has ended for a reason, as nnlab/runs/record/status.py says it.
const ENDED = {
  completed: "finished",
  early_stopped: "finished",
  stopped: "stopped",
  diverged: "diverged",
  failed: "failed",
  released: "paused",
  server_gone: "interrupted",
};

/** How a run stands: by its events, or by what the server told where no event says it.
 * @param {string | null} told
 * @param {History} history
 */
export function statusOf(told, history) {
  if (told === "interrupted" && !history.ended) return told;
  if ((told === "queued" || told === "starting") && (!history.status || history.ended)) return told;
  return history.status ?? told;
}

const NAMES = ["step", "seconds", "train_loss", "train_accuracy", "val_loss", "val_accuracy"];

// A number that JSON cannot hold stands there as text; what is not said is NaN.
const number = (value) => (value === undefined || value === null ? NaN : Number(value));

class Columns {
  constructor() {
    this.rows = Object.fromEntries([...NAMES, "paused"].map((name) => [name, []]));
  }

  get length() {
    return this.rows.step.length;
  }

  append(event) {
    for (const name of NAMES) this.rows[name].push(number(event[name]));
    this.rows.paused.push(Boolean(event.paused));
  }

  cutAfter(step) {
    const kept = this.rows.step.filter((value) => value <= step).length;
    for (const values of Object.values(this.rows)) values.length = kept;
  }

  // A pause tells of its step once more, without what was told of it just before.
  last(name) {
    const { step } = this.rows;
    for (let i = step.length - 1; i >= 0 && step[i] === step.at(-1); i--) {
      if (!Number.isNaN(this.rows[name][i])) return this.rows[name][i];
    }
    return null;
  }
}

export class History {
  constructor() {
    this.progress = new Columns();
    this.epochs = new Columns();
    this.started = this.ended = null;
    this.evaluated = null; // the figures of weights that were set by hand, until newer ones come
    this.sharpness = []; // events of what was measured while somebody asked for it
    this.status = null; // by its events alone
    this.step = this.epoch = this.seconds = 0;
    this.pace = 0; // steps a second at most, as it was asked for; 0: as fast as it goes
    this.diverged = new Map(); // of a sweep: the networks that have diverged, and at which step
  }

  /** Fold one more event in. */
  add(event) {
    if (event.type !== "checkpoint_saved" && event.type !== "net_ended") {
      // whose steps are of their own
      [this.step, this.epoch, this.seconds] = [event.step, event.epoch, event.seconds];
    }
    if (event.type === "fit_started") {
      this.started = event;
      this.ended = this.evaluated = null;
      this.status = "running";
      this.pace = 0;
      this.progress.cutAfter(event.step);
      this.epochs.cutAfter(event.step);
      this.sharpness = this.sharpness.filter(({ step }) => step <= event.step);
      for (const [net, step] of this.diverged) if (step > event.step) this.diverged.delete(net);
    } else if (event.type === "progress" || event.type === "nets_progress") {
      this.progress.append(event);
      this.evaluated = null;
      this.status = event.paused ? "paused" : "running";
    } else if (event.type === "epoch_ended") {
      this.epochs.append(event);
      this.evaluated = null;
    } else if (event.type === "evaluated") this.evaluated = event;
    else if (event.type === "sharpness") this.sharpness.push(event);
    else if (event.type === "control_applied") {
      if (["resume", "step", "epoch"].includes(event.do)) this.status = "running";
      this.pace = event.pace ?? this.pace;
    } else if (event.type === "net_ended") {
      if (event.reason === "diverged") this.diverged.set(event.net, event.step);
    } else if (event.type === "fit_ended") {
      this.ended = event;
      this.status = ENDED[event.reason];
    }
  }

  /** All that was recorded of a metric, in order of steps: `[x, y]`, all finite.
   *
   * Training figures of the moment of a pause are left out: they are often those of one batch alone.
   * @param {string} name `train_loss`, `val_accuracy` …
   * @param {number} per what a step is divided by: steps an epoch, for an axis of epochs
   */
  curve(name, per = 1) {
    const points = [];
    for (const { rows } of [this.progress, this.epochs]) {
      rows.step.forEach((step, i) => {
        const value = rows[name][i];
        if (!Number.isFinite(value) || (rows.paused[i] && name.startsWith("train_"))) return;
        points.push([step, value]);
      });
    }
    points.sort(([a], [b]) => a - b);
    const kept = points.filter(([step], i) => !i || step !== points[i - 1][0]);
    return [kept.map(([step]) => step / per), kept.map(([, value]) => value)];
  }

  /** The newest figure of a name: of the end, of weights set by hand, of the newer of progress and epoch; or null. */
  latest(name) {
    for (const event of [this.ended, this.evaluated]) {
      if (event?.[name] !== undefined && event[name] !== null) return Number(event[name]);
    }
    const tables = [this.progress, this.epochs].filter((table) => table.last(name) !== null);
    tables.sort((a, b) => a.last("step") - b.last("step"));
    return tables.length ? tables.at(-1).last(name) : null;
  }

  /** Steps a second over the last second or so, at most the pace; null before there is enough to tell. */
  speed() {
    const trained = this.#speed();
    return this.pace ? Math.min(trained ?? this.pace, this.pace) : trained;
  }

  // Of training itself: the seconds leave out what a run waits for its pace.
  #speed() {
    const { step, seconds } = this.progress.rows;
    const from = Math.max(0, step.length - 12),
      last = step.length - 1;
    if (last - from < 1 || seconds[last] - seconds[from] < 0.05) return null;
    return (step[last] - step[from]) / (seconds[last] - seconds[from]);
  }
}
