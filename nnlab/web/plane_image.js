// A network's answers over the plane as pixels: what the page, the sweep's tiles and the wall put on their canvases.

import { paintPlane } from "./colours.js";

export class PlaneImage {
  /** @param {number} side places along each side */
  constructor(side) {
    this.image = new ImageData(side, side);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** The picture; written again by the next.
   * @param {Float32Array[]} outputs as `paintPlane` takes them, and `look` likewise
   * @returns {ImageData}
   */
  paint(outputs, look) {
    paintPlane(this.pixels, outputs, look);
    return this.image;
  }
}
