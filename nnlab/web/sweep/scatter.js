// Each axis against the metric: small charts side by side, brushed by a rectangle.

import { drawTicksAcross, drawTicksUp, writeWrapped } from "./canvas.js";
import { Chart } from "./chart.js";
import { isLoss } from "./figures.js";
import { metricName, short } from "./looks.js";
import { axisScale, metricScale } from "./scales.js";
import { _ } from "../texts.js";

const LEAST = 120; // pixels of a panel
const LEFT = 52,
  TOP = 36,
  RIGHT = 14,
  BOTTOM = 26;
const RADIUS = 3;
const MANY = 300; // points that are squares: circles of so many take too long

export class Scatter extends Chart {
  constructor(room) {
    super(room, "scatter", "");
    this.rectangle = null;
    this.listenToDrags(
      (from) => (this.panel = this.panels?.find(({ box }) => within(from, box, 12)) ?? null) !== null,
      (from, to) => this.#brush(from, to),
      (moved) => {
        if (!moved) this.room.select(null, "scatter");
      },
    );
  }

  #brush(from, to) {
    const [x0, x1] = [from[0], to[0]].sort((a, b) => a - b),
      [y0, y1] = [from[1], to[1]].sort((a, b) => a - b);
    this.rectangle = { axis: this.panel.axis, box: [x0, y0, x1 - x0, y1 - y0] };
    const { xs, ys } = this.panel,
      mask = new Uint8Array(xs.length);
    for (let net = 0; net < xs.length; net++) {
      mask[net] = Number(xs[net] >= x0 && xs[net] <= x1 && ys[net] >= y0 && ys[net] <= y1);
    }
    this.room.select(mask, "scatter");
  }

  draw() {
    const { room } = this,
      { scene, figures, metric, of, colours, selection } = room;
    this.name.textContent = _("Each axis against {metric}", { metric: metricName(metric) });
    const begun = this.begin();
    if (!begun) {
      this.panels = null;
      return;
    }
    const { context, width, height } = begun,
      { axes, places } = scene,
      count = axes.length;
    const columns = Math.max(1, Math.min(count, Math.floor(width / LEAST)));
    const rows = Math.ceil(count / columns),
      wide = width / columns,
      tall = height / rows;
    const values = figures.figures(metric, of),
      up = metricScale(values, isLoss(metric), !isLoss(metric));
    const worst = isLoss(metric) ? 1.03 : -0.03;
    this.panels = axes.map((axis, i) => {
      const column = i % columns,
        row = Math.floor(i / columns);
      const box = [column * wide + LEFT, row * tall + TOP, wide - LEFT - RIGHT, tall - TOP - BOTTOM];
      const across = axisScale(axis),
        xs = new Float64Array(places.length),
        ys = new Float64Array(places.length);
      places.forEach((place, net) => {
        xs[net] = box[0] + box[2] * across.at(place[i]);
        ys[net] = box[1] + box[3] * (1 - (Number.isFinite(values[net]) ? up.at(values[net]) : worst));
      });
      drawTicksUp(context, up.ticks, box, colours);
      drawTicksAcross(context, across.ticks, box, colours);
      context.fillStyle = colours.ink;
      context.textBaseline = "top";
      writeWrapped(context, axis.name, box[0], row * tall + 2, { most: wide - LEFT });
      return { axis: i, box, xs, ys };
    });
    const { of: groupOf } = room.groups,
      hasCrosses = !values.every(Number.isFinite);
    for (const lit of selection.mask ? [false, true] : [true]) {
      context.globalAlpha = lit ? 0.85 : 0.15;
      room.ramp.forEach((colour, group) => {
        context.fillStyle = context.strokeStyle = colour;
        context.lineWidth = 1.5;
        context.beginPath();
        for (const { xs, ys } of this.panels) {
          for (let net = 0; net < xs.length; net++) {
            if (groupOf[net] !== group || selection.has(net) !== lit) continue;
            if (Number.isFinite(values[net]) && xs.length > MANY) {
              context.rect(xs[net] - 2, ys[net] - 2, 4, 4);
            } else if (Number.isFinite(values[net])) {
              context.moveTo(xs[net] + RADIUS, ys[net]);
              context.arc(xs[net], ys[net], RADIUS, 0, 2 * Math.PI);
            } else drawCross(context, xs[net], ys[net]);
          }
        }
        context.fill();
        if (hasCrosses) context.stroke();
      });
    }
    context.globalAlpha = 1;
    if (selection.by === "scatter" && this.rectangle) {
      context.strokeStyle = colours.ink;
      context.setLineDash([4, 3]);
      context.strokeRect(...this.rectangle.box);
      context.setLineDash([]);
    }
    const found = values.filter(Number.isFinite).length;
    this.say(
      _("{count} of {all} networks have a {metric}, from {low} to {high}; one chart for each axis: {axes}", {
        count: found,
        all: places.length,
        metric: metricName(metric),
        low: found ? short(up.low, metric) : "–",
        high: found ? short(up.high, metric) : "–",
        axes: axes.map(({ name }) => name).join(", "),
      }),
    );
  }
}

function drawCross(context, x, y) {
  for (const [dx, dy] of [
    [3, 3],
    [3, -3],
  ]) {
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
  }
}

const within = ([x, y], [left, top, width, height], slack) =>
  x >= left - slack && x <= left + width + slack && y >= top - slack && y <= top + height + slack;
