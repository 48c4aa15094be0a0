// The network's answers as a picture beneath the axes of a plotly chart.

import { SIDE } from "./grid.js";
import { PlaneImage, readLook, shownOn } from "./plane_image.js";
import { stage } from "./stage.js";

/** Draw beneath the points of a chart; called again whenever the page has drawn the chart.
 *
 * @param {HTMLElement} plot a plotly chart
 * @param {object | null} look how: `task`, `limit`, `discretize`, `colours` (hex); and `unit` ([layer,
 *   unit], layers counted in the network) where one neuron is drawn in place of the answers; `units`, the
 *   colours of a neuron where those of the answers are others
 */
export function paintBeneath(plot, look) {
  if (!look) {
    plot.picture?.remove();
    plot.picture = null;
    return;
  }
  plot.picture ??= new PlaneView(plot);
  plot.picture.look = readLook(look);
  stage.add(plot.picture);
}

class PlaneView {
  constructor(plot) {
    this.element = plot;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnlab-picture";
    this.canvas.width = this.canvas.height = SIDE;
    this.context = this.canvas.getContext("2d");
    this.image = new PlaneImage(SIDE);
  }

  draw({ net, places, peeked }) {
    this.place();
    if (!net || places.n !== SIDE * SIDE) return;
    const shown = shownOn({ net, peeked }, this.look);
    if (!shown) return; // of another network: the page is on its way
    this.context.putImageData(this.image.paint(shown.outputs, shown.look), 0, 0);
    if (!this.canvas.isConnected) this.element.prepend(this.canvas); // never an empty one
  }

  remove() {
    stage.views.delete(this);
    this.canvas.remove();
  }

  // Under the rectangle of the axes, which plotly places anew when the page changes its width.
  place() {
    const { xaxis, yaxis } = this.element._fullLayout ?? {};
    if (!xaxis) return;
    const box = [xaxis._offset, yaxis._offset, xaxis._length, yaxis._length].join();
    if (box === this.box) return;
    this.box = box;
    const { style } = this.canvas;
    [style.left, style.top] = [`${xaxis._offset}px`, `${yaxis._offset}px`];
    [style.width, style.height] = [`${xaxis._length}px`, `${yaxis._length}px`];
  }
}
