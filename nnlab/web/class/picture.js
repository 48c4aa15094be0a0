// The picture of one student's run: the plane by its weights, else its curve.

import { palette } from "../colours.js";
import { makeNetwork } from "../forward.js";
import { placesOf } from "../grid.js";
import { PlaneImage } from "../plane_image.js";
import { readTensors } from "../safetensors.js";
import { metricScale } from "../sweep/scales.js";

const images = new Map(); // by side: written again for each picture

export class RunPicture {
  /**
   * @param {object} scene of the run, as docs/wire.md says it
   * @param {object} palettes `diverging`, and `classes` by their number, in hex
   */
  constructor(scene, palettes) {
    this.scene = scene;
    this.recolour(palettes);
    this.network = scene.network && makeNetwork(scene.network.layers, scene.network.shape);
    this.places = new Map(); // by side
    this.tensors = null;
  }

  recolour({ diverging, classes }) {
    const { task, limit, classes: count } = this.scene;
    this.look = {
      task,
      limit,
      discretize: false,
      colours: palette(count > 2 ? (classes[count] ?? classes.most) : diverging),
    };
  }

  /** Take the newest weights. */
  take(weights) {
    this.tensors = readTensors(weights).tensors;
  }

  /** Draw the plane into a canvas of so many places along each side. Whether there is a picture. */
  draw(canvas, side) {
    if (!this.network || !this.tensors) return false;
    if (!this.places.has(side)) this.places.set(side, placesOf(this.scene.network.space, side));
    if (!images.has(side)) images.set(side, new PlaneImage(side));
    const { x, n } = this.places.get(side);
    this.network.forward(this.tensors, x, n);
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    canvas.getContext("2d").putImageData(images.get(side).paint(this.network.outputs(), this.look), 0, 0);
    return true;
  }
}

/** A curve as lines of 0 to 1 in both directions, on a scale that holds all of them.
 *
 * @param {[number, number | null][][]} curves steps and values of each
 * @param {boolean} isLoss drawn on a logarithmic scale where all are positive
 * @returns {{lines: [number[], number[]][], scale: object, last: number}}
 */
export function linesOf(curves, isLoss) {
  const known = curves.map((points) => points.filter(([, value]) => Number.isFinite(value)));
  const last = Math.max(1, ...known.map((points) => points.at(-1)?.[0] ?? 0));
  const scale = metricScale(
    known.flat().map(([, value]) => value),
    isLoss,
    !isLoss,
  );
  const lines = known.map((points) => [
    points.map(([step]) => step / last),
    points.map(([, value]) => scale.at(value)),
  ]);
  return { lines, scale, last };
}
