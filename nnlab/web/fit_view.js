// The curve of a network of one input, and those of its hidden units, over the points of a plotly chart.

import { evenly } from "./grid.js";
import { stage } from "./stage.js";

const POINTS = 161;

/** Draw over a chart; called again whenever the page has drawn the chart.
 *
 * @param {HTMLElement} plot a plotly chart
 * @param {object | null} look `x` and `y` (ranges), `colour`, `width`, and `units`: `{layer, colours}` of
 *   the hidden layer whose units are drawn, or null
 */
export function drawOver(plot, look) {
  if (!look) {
    plot.curve?.element.remove();
    plot.curve = null;
    return;
  }
  plot.curve ??= new FitView(plot);
  plot.curve.look = look;
  plot.curve.places = { x: evenly(look.x, POINTS), n: POINTS };
  stage.add(plot.curve);
}

class FitView {
  constructor(plot) {
    this.plot = plot;
    this.element = document.createElement("canvas");
    this.element.className = "nnlab-curve";
    plot.append(this.element);
    this.context = this.element.getContext("2d");
  }

  draw(stage) {
    const { xaxis, yaxis } = this.plot._fullLayout ?? {};
    if (!xaxis) return;
    const [width, height] = [xaxis._length, yaxis._length];
    this.#place(xaxis._offset, yaxis._offset, width, height);
    const net = stage.evaluate(this.places), { units, colour, width: wide } = this.look;
    this.context.clearRect(0, 0, width, height);
    units?.colours.forEach((unit, index) => this.#line(net.unit(units.layer, index), unit, 1.5));
    this.#line(net.outputs()[0], colour, wide);
  }

  #place(left, top, width, height) {
    const scale = window.devicePixelRatio || 1, { element } = this;
    const box = [left, top, width, height, scale].join();
    if (box === this.box) return;
    this.box = box;
    [element.width, element.height] = [Math.round(width * scale), Math.round(height * scale)];
    Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
  }

  #line(values, colour, width) {
    const { context, look: { y: [low, high] }, element } = this;
    const [wide, tall] = [element.clientWidth, element.clientHeight];
    context.beginPath();
    values.forEach((value, i) => {
      // Far beyond the chart a canvas loses a line; what is no number is a gap.
      const y = Math.max(-tall, Math.min(2 * tall, tall * (1 - (value - low) / (high - low))));
      if (Number.isFinite(y)) context.lineTo((wide * i) / (values.length - 1), y);
    });
    [context.strokeStyle, context.lineWidth, context.lineJoin] = [colour, width, "round"];
    context.stroke();
  }
}
