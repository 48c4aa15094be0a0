// A network's answers over the plane as pixels: what the page, the sweep's tiles and the wall put on their canvases.

import { paintPlane, palette, scaleOf } from "./colours.js";

const LEAST = 1e-3; // full colour is at the largest value of a neuron, and at no less than this

/** How the plane is painted, its colours read: `colours`, and `unitColours` of a neuron.
 * @param {object} look `colours` (hex), and `units`, the hex colours of a neuron where they are others */
export function readLook(look) {
  const colours = palette(look.colours);
  return { ...look, colours, unitColours: look.units ? palette(look.units) : colours };
}

/** What the plane shows: the network's answers, or one unit's in their place; and how.
 *
 * @param {object} stage that has evaluated its network over the plane
 * @param {object} look of `readLook`; `unit` ([layer, unit]) is drawn in place of the answers
 * @returns {{outputs: Float32Array[], look: object} | null} as `PlaneImage.paint` takes them; null: the unit
 *   is of another network
 */
export function shownOn({ net, peeked }, look) {
  const unit = look.unit ?? (peeked && net.has(...peeked) ? peeked : null);
  if (!unit) return { outputs: net.outputs(), look };
  if (!net.has(...unit)) return null;
  const values = net.unit(...unit),
    { unitColours: colours, dark } = look;
  return { outputs: [values], look: { task: "regression", limit: scaleOf(values, LEAST), colours, dark } };
}

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
