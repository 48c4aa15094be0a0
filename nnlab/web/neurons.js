// Every neuron over the plane or the line as a small picture, all on one sheet.

import { paintCurve, paintNeuron, palette } from "./colours.js";
import { SIDE } from "./grid.js";

const EVERY = 2; // places of the plane to one pixel of a picture
export const TILE = SIDE / EVERY;
export const COLUMNS = 16;

export class Sheet {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.canvas.width = COLUMNS * TILE;
  }

  /** Paint all units of the drawn layers, one after another in rows of `COLUMNS`.
   *
   * @param {object} net the network, evaluated
   * @param {number[][]} layers of each drawn layer: the place in the network whose output it shows (-1:
   *   the inputs), and how many units it has
   * @param {string} colours hex
   * @param {boolean} isLine whether the network was evaluated along a line
   */
  paint(net, layers, colours, isLine) {
    const count = layers.reduce((sum, [, units]) => sum + units, 0);
    const height = Math.ceil(count / COLUMNS) * TILE,
      width = COLUMNS * TILE;
    const context = this.canvas.getContext("2d");
    if (this.canvas.height !== height || !this.image) {
      this.canvas.height = height;
      this.image = context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (colours !== this.colours) [this.colours, this.palette] = [colours, palette(colours)];
    const paint = isLine ? paintCurve : paintNeuron;
    let index = 0;
    for (const [layer, units] of layers) {
      for (let unit = 0; unit < units; unit++, index++) {
        const place = { left: (index % COLUMNS) * TILE, top: Math.floor(index / COLUMNS) * TILE };
        paint(this.pixels, net.unit(layer, unit), { ...place, width, side: SIDE, every: EVERY }, this.palette);
      }
    }
    context.putImageData(this.image, 0, 0);
    return this.canvas;
  }
}
