// Parallel coordinates: a line for each net through its value on every axis and its metric.

import { FONT, write, writeWrapped } from "./canvas.js";
import { Chart } from "./chart.js";
import { isLoss } from "./figures.js";
import { metricName } from "./looks.js";
import { axisScale, metricScale } from "./scales.js";
import { _ } from "../texts.js";

const RIGHT = 56,
  TOP = 36,
  BOTTOM = 12;
const NEAR = 22; // pixels beside an axis that brush it
const HALF = 7; // pixels of half a brush

export class Parallel extends Chart {
  constructor(room) {
    super(room, "parallel", _("All axes at once: drag along an axis to select"));
    this.ranges = new Map(); // by axis: [low, high] of 0 to 1
    this.listenToDrags(
      ([x]) => {
        const found = this.xs?.findIndex((at) => Math.abs(at - x) < NEAR) ?? -1;
        this.axis = found;
        return found >= 0;
      },
      (from, to) => {
        const [high, low] = [from[1], to[1]].sort((a, b) => a - b).map((y) => this.#share(y));
        if (this.room.selection.by !== "parallel") this.ranges.clear();
        this.ranges.set(this.axis, [low, high]);
        this.#select();
      },
      (moved) => {
        if (moved) return;
        this.ranges.delete(this.axis);
        this.#select();
      },
    );
  }

  #share(y) {
    return (this.area[1] + this.area[3] - y) / this.area[3];
  }

  #select() {
    const { ranges, room } = this,
      count = room.scene.places.length;
    if (!ranges.size) return room.select(null, "parallel");
    const mask = new Uint8Array(count).fill(1);
    for (const [axis, [low, high]] of ranges) {
      const shares = this.shares[axis];
      for (let net = 0; net < count; net++) if (!(shares[net] >= low && shares[net] <= high)) mask[net] = 0;
    }
    room.select(mask, "parallel");
  }

  draw() {
    const begun = this.begin(),
      { room } = this,
      { scene, figures, metric, of, colours, selection } = room;
    if (!begun) {
      this.xs = null;
      return;
    }
    const { context, width, height } = begun,
      { axes, places } = scene,
      count = axes.length + 1;
    const scales = axes.map((axis) => axisScale(axis));
    context.font = FONT;
    const left = Math.min(90, 12 + Math.max(14, ...scales[0].ticks.map(({ text }) => context.measureText(text).width)));
    const box = (this.area = [left, TOP, width - left - RIGHT, height - TOP - BOTTOM]);
    this.xs = Array.from({ length: count }, (_axis, i) => box[0] + (box[2] * i) / (count - 1));
    const values = figures.figures(metric, of),
      up = metricScale(values, isLoss(metric), !isLoss(metric));
    const worst = isLoss(metric) ? 1.02 : -0.02;
    this.shares = scales.map((scale, axis) => Float64Array.from(places, (place) => scale.at(place[axis])));
    this.shares.push(Float64Array.from(values, (value) => (Number.isFinite(value) ? up.at(value) : worst)));
    this.#lines(context, room);
    scales.push(up);
    const names = [...axes.map(({ name }) => name), metricName(metric)];
    names.forEach((name, axis) => this.#axis(context, axis, name, scales[axis].ticks, count, colours));
    if (selection.by === "parallel") this.#ranges(context, colours);
    this.say(_("{count} networks as lines through {axes}", { count: places.length, axes: names.join(", ") }));
  }

  #lines(context, { groups, ramp, selection }) {
    const { xs, shares, area: box } = this,
      count = shares[0].length;
    context.lineWidth = 1;
    for (const lit of selection.mask ? [false, true] : [true]) {
      context.globalAlpha = lit ? (count > 200 ? 0.5 : 0.8) : 0.07;
      ramp.forEach((colour, group) => {
        context.strokeStyle = colour;
        context.beginPath();
        for (let net = 0; net < count; net++) {
          if (groups.of[net] !== group || selection.has(net) !== lit) continue;
          for (let axis = 0; axis < xs.length; axis++) {
            const y = box[1] + box[3] * (1 - shares[axis][net]);
            if (axis) context.lineTo(xs[axis], y);
            else context.moveTo(xs[axis], y);
          }
        }
        context.stroke();
      });
    }
    context.globalAlpha = 1;
  }

  #axis(context, axis, name, ticks, count, { ink, paper }) {
    const x = this.xs[axis],
      [, top, wide, tall] = this.area,
      isLast = axis === count - 1;
    Object.assign(context, { strokeStyle: ink, fillStyle: ink, lineWidth: 1, font: FONT, textBaseline: "middle" });
    context.beginPath();
    context.moveTo(x, top - 3);
    context.lineTo(x, top + tall + 3);
    context.stroke();
    Object.assign(context, { lineJoin: "round" });
    let last = Infinity;
    for (const { at, text } of ticks) {
      const y = top + tall * (1 - at),
        side = isLast ? 6 : -6;
      if (Math.abs(last - y) < 13) continue;
      last = y;
      // The text stands out from the lines that run behind it.
      Object.assign(context, { strokeStyle: paper, lineWidth: 3, textAlign: isLast ? "left" : "right" });
      context.strokeText(text, x + side, y);
      write(context, text, x + side, y, { align: isLast ? "left" : "right" });
    }
    const align = axis === 0 ? "left" : isLast ? "right" : "center";
    const at = axis === 0 ? 2 : isLast ? x + RIGHT - 4 : x;
    writeWrapped(context, name, at, 9, { align, most: wide / (count - 1) - 6 });
  }

  #ranges(context, { ink, paper }) {
    const [, top, , tall] = this.area;
    for (const [axis, [low, high]] of this.ranges) {
      const y = top + tall * (1 - high),
        size = tall * (high - low);
      Object.assign(context, { fillStyle: ink, strokeStyle: ink, lineWidth: 1.5, globalAlpha: 0.15 });
      context.fillRect(this.xs[axis] - HALF, y, 2 * HALF, size);
      context.globalAlpha = 1;
      context.strokeRect(this.xs[axis] - HALF, y, 2 * HALF, size);
    }
    context.strokeStyle = paper;
  }
}
