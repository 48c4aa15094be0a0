// Curves over steps, as nnlab/figures draws them: smoothed and thinned.

/** The exponential moving average, corrected for its start (Kingma and Ba, "Adam", 2015, section 3).
 * What is not finite is left as it is and counts for nothing. `weight` is of 0 up to, but not, 1.
 */
export function smooth(values, weight) {
  if (!weight) return values;
  let mean = 0,
    remaining = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = weight * mean + (1 - weight) * value;
    remaining *= weight;
    return mean / (1 - remaining);
  });
}

/** At most `points` of the points: first, last, and the extremes of each stretch, so that a spike stays
 * visible (min-max decimation, as in Steinarsson, "Downsampling time series", 2013). */
export function thin([x, y], points = 100) {
  const n = y.length;
  if (n <= points) return [x, y];
  const stretches = Math.floor((points - 2) / 2),
    width = Math.ceil((n - 2) / stretches);
  const kept = new Set([0, n - 1]);
  for (let start = 1; start < n - 1; start += width) {
    let lowest = start,
      highest = start;
    for (let i = start; i < Math.min(start + width, n - 1); i++) {
      if (!(y[lowest] <= y[i]) && Number.isFinite(y[i])) lowest = i;
      if (!(y[highest] >= y[i]) && Number.isFinite(y[i])) highest = i;
    }
    kept.add(lowest).add(highest);
  }
  const places = [...kept].sort((a, b) => a - b);
  return [places.map((i) => x[i]), places.map((i) => y[i])];
}

/** The curves of a chart by their names, from what the run has told so far.
 *
 * @param {import("./history.js").History} history
 * @param {object} live of the chart: `what` (`loss`, `accuracy`, `r2` or `sharpness`), `smoothing`, `variances` (of the
 *   targets, for R²), `axis`: `step`, or `epoch` with what trains from `progress` and what validates
 *   from `epoch_ended` alone
 * @returns {Object<string, [number[], number[]]>} `train` and `val`, or `sharpness` and its `limit`
 */
export function curvesOf(history, { what, axis, smoothing, variances }) {
  if (what === "sharpness") {
    const steps = history.sharpness.map(({ step }) => step);
    const of = (name) => thin([steps, history.sharpness.map((event) => Number(event[name] ?? NaN))], 400);
    return { sharpness: of("sharpness"), limit: of("limit") };
  }
  const metric = what === "accuracy" ? "accuracy" : "loss";
  const per = axis === "epoch" ? (history.started?.steps_per_epoch ?? 1) : 1;
  const found = {};
  for (const [part, table] of [
    ["train", history.progress],
    ["val", history.epochs],
  ]) {
    const name = `${part}_${metric}`;
    let [x, y] = axis === "epoch" ? [table.rows.step.map((step) => step / per), table.rows[name]] : history.curve(name);
    if (what === "r2") y = variances[part] > 0 ? y.map((loss) => 1 - loss / variances[part]) : y.map(() => NaN);
    if (what === "accuracy") y = y.map((share) => 100 * share);
    found[part] = thin([x, smooth(y, smoothing)]);
  }
  return found;
}
