// The curve of a network of one input, and those of its hidden units, over the points of a plotly chart.

import { evenly } from "./grid.js";
import { paintValues } from "./line_paint.js";
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
    plot.curve?.remove();
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
    this.element = plot;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnlab-curve";
    this.context = this.canvas.getContext("2d");
  }

  remove() {
    stage.views.delete(this);
    this.canvas.remove();
  }

  draw(stage) {
    const { xaxis, yaxis } = this.element._fullLayout ?? {};
    if (!xaxis || String(stage.network?.shape) !== "1") return; // of other data: the page is on its way
    const [width, height] = [xaxis._length, yaxis._length];
    this.#place(xaxis._offset, yaxis._offset, width, height);
    const net = stage.evaluate(this.places),
      { units, colour, width: wide } = this.look;
    this.context.clearRect(0, 0, width, height);
    const paint = (values, stroke, thick) => paintValues(this.context, values, this.look.y, this.size, stroke, thick);
    units?.colours.forEach((unit, index) => {
      if (net.has(units.layer, index)) paint(net.unit(units.layer, index), unit, 1.5);
    });
    paint(net.outputs()[0], colour, wide);
    if (!this.canvas.isConnected) this.element.append(this.canvas);
  }

  #place(left, top, width, height) {
    const scale = window.devicePixelRatio || 1,
      { canvas } = this;
    const box = [left, top, width, height, scale].join();
    if (box === this.box) return;
    this.box = box;
    this.size = [width, height];
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
  }
}
