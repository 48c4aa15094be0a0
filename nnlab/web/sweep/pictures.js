// What each net says over the plane, as a small picture: all on one sheet, made as time allows.

import { palette } from "../colours.js";
import { placesOf } from "../grid.js";
import { PlaneImage } from "../plane_image.js";

const MOST_SIDE = 40,
  LEAST_SIDE = 14; // places along each side
const WORK = 60e6; // multiply-adds that a round over all nets may take
const ACROSS = 32; // pictures in a row of the sheet

/** How many places along a side a picture has: fewer, the more nets and the larger they are. */
export function sideFor(work) {
  return Math.max(LEAST_SIDE, Math.min(MOST_SIDE, Math.floor(Math.sqrt(WORK / Math.max(1, work)))));
}

export class Pictures {
  /**
   * @param {import("./nets.js").Nets} nets
   * @param {object} space of the scene
   * @param {object} look of the scene
   */
  constructor(nets, space, look) {
    this.nets = nets;
    this.isLine = !space.cut && space.inputs === 1;
    this.side = this.isLine ? 48 : sideFor(nets.work);
    this.places = placesOf(space, this.side);
    this.look = { ...look, colours: palette(look.colours) };
    this.drawn = new Int32Array(nets.count).fill(-1); // the moment of each picture
    this.steps = new Int32Array(nets.count).fill(-1);
    this.dead = new Uint8Array(nets.count);
    this.lines = Array(nets.count).fill(null); // of one input: the answers along the line
    this.next = 0;
    if (this.isLine) return;
    const rows = Math.ceil(nets.count / ACROSS);
    this.sheet = document.createElement("canvas");
    [this.sheet.width, this.sheet.height] = [Math.min(nets.count, ACROSS) * this.side, rows * this.side];
    this.context = this.sheet.getContext("2d");
    this.image = new PlaneImage(this.side);
  }

  /** Whether a net's picture shows other weights than its newest. A net that has ended keeps its own. */
  isStale(net, steps) {
    return this.nets.moment(net) > Math.max(0, this.drawn[net]) && this.steps[net] !== steps[net];
  }

  /** Make stale pictures anew, until a time: those that waited longest come first.
   *
   * @param {number[]} shown the nets whose pictures are in sight
   * @param {Int32Array} steps of each net
   * @param {number} until of `performance.now()`
   * @returns {{made: number[], isDone: boolean}} the nets whose pictures are new
   */
  make(shown, steps, until) {
    const made = [];
    for (let i = 0; i < shown.length; i++) {
      const net = shown[(this.next + i) % shown.length];
      if (!this.isStale(net, steps)) continue;
      if (performance.now() > until) {
        this.next = (this.next + i) % shown.length;
        return { made, isDone: false };
      }
      this.#make(net);
      [this.drawn[net], this.steps[net]] = [this.nets.moment(net), steps[net]];
      made.push(net);
    }
    return { made, isDone: true };
  }

  #make(net) {
    const network = this.nets.evaluate(net, this.places);
    this.dead[net] = Number(this.nets.isDead(net, network));
    if (this.isLine) {
      this.lines[net] = network.outputs()[0].slice();
      return;
    }
    this.context.putImageData(this.image.paint(network.outputs(), this.look), ...this.#corner(net));
  }

  #corner(net) {
    return [(net % ACROSS) * this.side, Math.floor(net / ACROSS) * this.side];
  }

  has(net) {
    return this.drawn[net] >= 0;
  }

  /** Draw a net's picture into a square. */
  draw(context, net, left, top, size) {
    if (this.isLine) return;
    context.drawImage(this.sheet, ...this.#corner(net), this.side, this.side, left, top, size, size);
  }
}
