// A network whose weights change, and all that is drawn of it.
//
// What draws (the plane, the neurons, a curve, a number) is a view that was added; the network is evaluated
// once a frame, and each view is asked to draw. Weights that follow a run (stage.js) and those of a recording
// (file/film.js) are drawn in the same way. It counts what it draws: `frames`, completed paints, and `step`,
// that of the weights that are drawn.

import { makeNetwork } from "./forward.js";
import { placesOf } from "./grid.js";

const SLOW = 14; // milliseconds of a paint above which nothing is drawn between two moments
const SLACK = 1.3; // times the time between two: one that comes late finds the picture moving still

export class ShownNetwork {
  frames = 0;
  step = 0;
  network = null; // its `layers`, the `shape` of an input, and the `space` over which it is drawn
  tensors = null; // the weights that are drawn
  net = null; // evaluated over the space
  views = new Set();
  cost = 0; // milliseconds of a paint, a moving mean
  peeked = null; // the unit that a pointer is on
  after = () => {}; // called after each paint

  /** Another network: nothing is drawn until weights come. */
  take(network) {
    this.networks = new Map(); // by how many inputs each is asked about: their arrays are kept
    this.tensors = this.to = this.net = null;
    this.network = network;
    this.lookAgain();
  }

  /** The space over which the network is drawn is another. */
  lookAgain() {
    this.places = this.network?.space ? placesOf(this.network.space) : null;
    this.redraw();
  }

  /** Draw weights. Between two moments they are drawn on their way from one to the next.
   * @param {{step: number, tensors: Map<string, object>}} moment
   * @param {number | null} between milliseconds that they take for it; null: they are there at once
   */
  drawMoment({ step, tensors }, between = null) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.from = between && !isStill && this.cost < SLOW && this.tensors ? copyOf(this.tensors) : null;
    this.to = tensors;
    this.step = step;
    this.began = performance.now();
    this.within = between;
    this.redraw();
  }

  /** Let the plane show what one unit gives, in place of the answers: [layer, unit], or null. */
  peek(unit) {
    if (String(unit) === String(this.peeked)) return;
    this.peeked = unit;
    this.redraw();
  }

  /** Draw again: a view has changed. */
  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#paint();
    });
  }

  add(view) {
    this.views.add(view);
    this.redraw();
  }

  #paint() {
    if (!this.to) return;
    const began = performance.now();
    const share = this.from ? Math.min(1, (began - this.began) / (SLACK * this.within)) : 1;
    this.tensors = share < 1 ? between(this.from, this.to, share, this.tensors) : this.to;
    if (share >= 1) this.from = null;
    this.net = this.places && this.views.size ? this.evaluate(this.places) : null;
    for (const view of this.views) {
      if (view.element.isConnected) view.draw(this);
      else this.views.delete(view);
    }
    this.after(this);
    this.frames += 1;
    this.cost += (performance.now() - began - this.cost) / 8;
    if (this.from) this.redraw();
  }

  /** The network's answers, and each unit's after its layer, at `n` inputs. */
  evaluate({ x, n }) {
    if (!this.networks.has(n)) this.networks.set(n, makeNetwork(this.network.layers, this.network.shape));
    const network = this.networks.get(n);
    network.forward(this.tensors, x, n, { keep: true });
    return network;
  }
}

function copyOf(tensors) {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

// `into` is written again where it can be: a frame makes no new arrays.
function between(from, to, share, into) {
  const found = into && into !== to && into !== from ? into : copyOf(to);
  for (const [name, { data }] of to) {
    const [start, made] = [from.get(name)?.data, found.get(name).data];
    if (start?.length !== data.length) made.set(data);
    else for (let i = 0; i < data.length; i++) made[i] = start[i] + (data[i] - start[i]) * share;
  }
  return found;
}
