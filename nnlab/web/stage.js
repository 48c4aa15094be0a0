// The stage: one network of the page, its newest weights, and all that is drawn of them.
//
// A page has one stage. What draws (the plane, the neurons, a curve, a number) is a view that was added
// to it; the stage evaluates the network once a frame and asks each view to draw. It counts what it
// draws: `frames`, completed paints, and `step`, that of the weights that are drawn.

import { makeNetwork } from "./forward.js";
import { placesOf } from "./grid.js";
import { History, statusOf } from "./history.js";
import { bytesOf } from "./payload.js";
import { Recording } from "./recording.js";
import { readTensors } from "./safetensors.js";
import { watch } from "./wire.js";

const SLOW = 14; // milliseconds of a paint above which nothing is drawn between two moments
const LONGEST_WAY = 150; // milliseconds from one moment to the next that are drawn as a movement
const SLACK = 1.3; // times the mean time between two: one that comes late finds the picture moving still

class Stage {
  frames = 0;
  step = 0;
  run = null;
  told = null; // the status that the server told last
  connection = null;
  history = new History();
  recording = new Recording();
  views = new Set();
  listeners = new Set();
  cost = 0; // milliseconds of a paint, a moving mean
  peeked = null; // the unit that a pointer is on
  after = () => {}; // called after each paint

  /** How the run stands. Its events say that together with its step; the server what no event says. */
  get status() {
    return statusOf(this.told, this.history);
  }

  // What is shown ------------------------------------------------------------------------------------

  /** Show what the page says: a draft's network, or a run and perhaps a step of its past.
   *
   * @param {object} scene of nnlab/ui/components/stage.py
   * @param {HTMLElement} element of the page, whose end is that of the scene
   */
  show(scene, element) {
    const before = this.scene;
    [this.scene, this.element] = [scene, element];
    if (!before || JSON.stringify(before.network) !== JSON.stringify(scene.network)) this.#build(scene.network);
    if (scene.run !== this.run) this.#follow(scene);
    else if (this.wire && String(scene.parts) !== String(before.parts)) this.wire.want(scene.parts);
    if (scene.run && scene.token !== before?.token && this.connection === "expired") this.#connect();
    this.pinned = scene.past !== null;
    if (this.held) return this.#news();
    this.dragging = false;
    const weights = scene.weights && bytesOf(scene.weights);
    if (weights && (this.pinned || !scene.run || !this.newest || this.newest.step < scene.step)) {
      const moment = readTensors(weights);
      if (this.pinned || !scene.run) this.#draw(moment);
      else this.#arrive(moment);
    } else if (!this.pinned && this.newest) this.#draw(this.newest);
    this.#news();
  }

  /** The page that showed something here is gone. */
  leave(element) {
    if (element !== this.element) return;
    this.wire?.close();
    this.run = this.scene = this.to = this.newest = this.wire = null;
  }

  #build(network) {
    this.networks = new Map(); // by how many inputs each is asked about: their arrays are kept
    this.places = this.tensors = this.to = this.newest = null;
    this.network = network;
    this.places = network?.space ? placesOf(network.space) : null;
  }

  #follow(scene) {
    this.wire?.close();
    this.run = scene.run;
    this.told = scene.status;
    this.history = new History();
    this.recording.clear();
    this.offset = 0;
    this.newest = this.connection = this.wire = null;
    this.newEvents = [];
    this.isChanged = this.isUpToDate = false;
    this.version = "";
    if (scene.run) this.#connect();
  }

  #connect() {
    this.wire?.close();
    const { address, token, parts } = this.scene;
    const ask = { offset: this.offset, version: this.version, parts };
    const run = this.run;
    this.wire = watch(new URL(address, document.baseURI).href, token, ask, (head, weights) => {
      if (run === this.run) this.#take(head, weights);
    }, (state, why) => {
      this.connection = state;
      this.why = why;
      this.#news();
    });
  }

  #take(head, weights) {
    if (head.from === 0 && this.offset > 0) this.history = new History();
    this.offset = head.offset;
    this.told = head.status;
    this.place = head.place;
    for (const event of head.events ?? []) this.history.add(event);
    this.newEvents = head.events ?? [];
    // By another tab or by hand: forms and marks on the curves follow.
    this.isChanged ||= this.isUpToDate && this.newEvents.some(
      ({ type, set, pace }) => type === "control_applied" && (set || pace !== undefined),
    );
    if (!head.more) this.isUpToDate = true;
    if (weights) {
      this.version = head.version;
      const moment = readTensors(weights);
      this.recording.add(moment.step, weights);
      this.#arrive(moment);
    }
    this.#news();
  }

  #news() {
    for (const listener of this.listeners) {
      if (listener.element && !listener.element.isConnected) this.listeners.delete(listener);
      else listener.hear(this);
    }
  }

  // The past, as far as this browser has seen it -----------------------------------------------------

  /** Draw the seen moment nearest to a step until the page shows it; null: go back to what it shows.
   * `held` says that somebody's finger is on the slider: the page does not draw meanwhile.
   */
  look(step) {
    const seen = step === null ? null : this.recording.at(step);
    this.dragging = seen !== null;
    if (seen) this.#draw(readTensors(seen.bytes));
    else if (!this.pinned && this.newest) this.#draw(this.newest);
  }

  /** Let the plane show what one unit gives, in place of the answers: [layer, unit], or null. */
  peek(unit) {
    if (String(unit) === String(this.peeked)) return;
    this.peeked = unit;
    this.redraw();
  }

  // Drawing ------------------------------------------------------------------------------------------

  #arrive(moment) {
    const now = performance.now(), passed = now - (this.arrived ?? -Infinity);
    const moves = passed < LONGEST_WAY;
    this.between = moves ? (this.between ?? passed) + 0.2 * (passed - (this.between ?? passed)) : null;
    this.arrived = now;
    this.newest = moment;
    if (!this.pinned && !this.dragging) this.#draw(moment, moves);
  }

  // Between two moments of a run that trains the weights are drawn on their way from one to the next.
  #draw({ step, tensors }, moves = false) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.from = moves && !isStill && this.cost < SLOW && this.tensors ? copyOf(this.tensors) : null;
    this.to = tensors;
    this.step = step;
    this.began = performance.now();
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
    const share = this.from ? Math.min(1, (began - this.began) / (SLACK * this.between)) : 1;
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

export const stage = new Stage();
(window.nnlab ??= {}).stage = stage;
