// Curves over steps: of each group the mean, and how far its nets spread about it.

import { drawTicksAcross, drawTicksUp } from "./canvas.js";
import { Chart } from "./chart.js";
import { isLoss } from "./figures.js";
import { made, metricName, short } from "./looks.js";
import { metricScale } from "./scales.js";
import { maskOf } from "./selection.js";
import { _ } from "../texts.js";

const POINTS = 160; // of a curve at most
const FAR = 1000; // times the middle of the means
const DASHES = [[], [7, 3], [2, 3], [10, 3, 2, 3]];

/** Mean, lowest and highest of each group at each moment.
 *
 * @param {{steps: number[], rows: Float64Array[]}} curve
 * @param {Int16Array} of [nets]: the group of each
 * @param {number} count of the groups
 * @param {(net: number) => boolean} counts whether a net counts
 * @returns {{steps: number[], mean: Float64Array[], low: Float64Array[], high: Float64Array[]}} each
 *   [count] of [moments]; NaN where no net of the group has a figure
 */
export function spread({ steps, rows }, of, count, counts = () => true) {
  const every = Math.max(1, Math.ceil(steps.length / POINTS));
  const kept = [...steps.keys()].filter((i) => (steps.length - 1 - i) % every === 0);
  const columns = () => Array.from({ length: count }, () => new Float64Array(kept.length).fill(NaN));
  const mean = columns(),
    low = columns(),
    high = columns(),
    found = new Int32Array(count),
    sum = new Float64Array(count);
  const chosen = [...of.keys()].filter(counts);
  kept.forEach((row, i) => {
    found.fill(0);
    sum.fill(0);
    const values = rows[row];
    for (const net of chosen) {
      const value = values[net],
        group = of[net];
      if (!Number.isFinite(value)) continue;
      found[group] += 1;
      sum[group] += value;
      if (!(low[group][i] <= value)) low[group][i] = value;
      if (!(high[group][i] >= value)) high[group][i] = value;
    }
    for (let group = 0; group < count; group++) if (found[group]) mean[group][i] = sum[group] / found[group];
  });
  return { steps: kept.map((row) => steps[row]), mean, low, high };
}

export class Curves extends Chart {
  constructor(room) {
    super(room, "curves", _("Mean, lowest, highest"));
    this.legend = made("div", { className: "legend", role: "group" });
    this.element.append(this.legend);
    this.legend.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#toggle(Number(button.dataset.group));
    });
  }

  // A group more or less; the last one that goes clears the brush.
  #toggle(group) {
    const { room } = this,
      { of } = room.groups;
    if (room.selection.by !== "curves") this.chosen = new Set();
    if (this.chosen.has(group)) this.chosen.delete(group);
    else this.chosen.add(group);
    const nets = [...of.keys()].filter((net) => this.chosen.has(of[net]));
    room.select(nets.length ? maskOf(of.length, nets) : null, "curves");
  }

  draw() {
    const { room } = this,
      { groups, figures, metric, selection, colours } = room;
    this.#setLegend();
    const begun = this.begin();
    if (!begun) return;
    const { context, width, height } = begun,
      box = [54, 8, width - 66, height - 32];
    const curve = figures.curve(metric),
      count = groups.names.length;
    const all = spread(curve, groups.of, count);
    const lit = selection.mask ? spread(curve, groups.of, count, (net) => selection.mask[net]) : all;
    const ends = [...all.low, ...all.high].flatMap((values) => [...values]);
    const up = metricScale(ends.filter(below(all.mean)), isLoss(metric), !isLoss(metric)),
      last = Math.max(1, all.steps.at(-1) ?? 1);
    const across = { ticks: evenTicks(last) };
    drawTicksUp(context, up.ticks, box, colours);
    drawTicksAcross(context, across.ticks, box, colours);
    const hasLit = (group) => !selection.mask || lit.mean[group].some(Number.isFinite);
    const x = (i) => box[0] + (box[2] * all.steps[i]) / last,
      y = (value) => box[1] + box[3] * (1 - up.at(value));
    context.save();
    context.beginPath();
    context.rect(box[0], box[1] - 4, box[2] + 4, box[3] + 8);
    context.clip();
    for (let group = 0; group < count; group++) {
      if (!hasLit(group)) this.#line(context, all.mean[group], x, y, room.ramp[group], group, 0.18);
    }
    for (let group = 0; group < count; group++) {
      if (!hasLit(group)) continue;
      this.#band(context, lit.low[group], lit.high[group], x, y, room.ramp[group]);
    }
    for (let group = 0; group < count; group++) {
      if (hasLit(group)) this.#line(context, lit.mean[group], x, y, room.ramp[group], group, 1);
    }
    context.restore();
    this.#say(all, metric);
  }

  #say({ mean, steps }, metric) {
    const { groups } = this.room;
    const ends = groups.names.map((name, group) => {
      const value = mean[group].findLast(Number.isFinite);
      return value === undefined ? name : `${name}: ${short(value, metric)}`;
    });
    this.say(
      steps.length
        ? _("Mean {metric} over steps, at last: {ends}", { metric: metricName(metric), ends: ends.join("; ") })
        : _("No curve yet"),
    );
  }

  #setLegend() {
    const { room, legend } = this,
      { groups } = room;
    const key = [...groups.names, ...room.ramp].join("|");
    if (key !== this.key) {
      this.key = key;
      legend.replaceChildren(
        ...groups.names.map((name, group) => {
          const swatch = made("i");
          swatch.style.borderTop = `3px ${DASHES[Math.floor(group / 4) % 4].length ? "dashed" : "solid"} ${room.ramp[group]}`;
          const button = made("button", { type: "button" }, swatch, name);
          button.dataset.group = group;
          return button;
        }),
      );
      legend.setAttribute(
        "aria-label",
        groups.by.map((axis) => room.scene.axes[axis].name).join(", ") || _("all networks"),
      );
    }
    const isChosen = room.selection.by === "curves";
    for (const button of legend.children) {
      button.setAttribute("aria-pressed", String(isChosen && this.chosen.has(Number(button.dataset.group))));
    }
  }

  #line(context, values, x, y, colour, group, alpha) {
    context.beginPath();
    let isDown = false;
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) isDown = false;
      else {
        if (isDown) context.lineTo(x(i), y(value));
        else context.moveTo(x(i), y(value));
        isDown = true;
      }
    });
    Object.assign(context, {
      strokeStyle: colour,
      fillStyle: colour,
      lineWidth: 2,
      lineJoin: "round",
      globalAlpha: alpha,
    });
    const shown = [...values.keys()].filter((i) => Number.isFinite(values[i]));
    if (shown.length === 1) context.fillRect(x(shown[0]) - 3, y(values[shown[0]]) - 3, 6, 6); // no line yet
    context.setLineDash(DASHES[Math.floor(group / 4) % 4]);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  #band(context, low, high, x, y, colour) {
    context.beginPath();
    const kept = [...low.keys()].filter((i) => Number.isFinite(low[i]));
    kept.forEach((i, at) => (at ? context.lineTo(x(i), y(high[i])) : context.moveTo(x(i), y(high[i]))));
    for (const i of kept.reverse()) context.lineTo(x(i), y(low[i]));
    context.closePath();
    Object.assign(context, { fillStyle: colour, globalAlpha: 0.14 });
    context.fill();
    context.globalAlpha = 1;
  }
}

// Whoever diverges passes through 10³⁰ on the way: beyond a thousand times the middle a chart shows no more.
function below(means) {
  const found = means.flatMap((values) => [...values].filter(Number.isFinite)).sort((a, b) => a - b);
  const most = FAR * Math.abs(found[Math.floor(found.length / 2)] ?? Infinity);
  return (value) => value <= most || most === 0;
}

function evenTicks(last) {
  return metricScale([0, last], false)
    .ticks.map(({ text }) => Number(text.replaceAll(",", "")))
    .filter((step) => step >= 0 && step <= last)
    .map((step) => ({ at: step / last, text: step.toLocaleString("en") }));
}
