// The stage: one network of the page, its newest weights, and all that is drawn of them.
//
// A page has one stage. How it draws is in shown_network.js; here is what it draws: a draft's weights, those
// that the wire brings of a run, or those of its past.

import { History, statusOf } from "./history.js";
import { bytesOf } from "./payload.js";
import { Recording } from "./recording.js";
import { readTensors } from "./safetensors.js";
import { ShownNetwork } from "./shown_network.js";
import { watch } from "./wire.js";

const LONGEST_WAY = 150; // milliseconds from one moment to the next that are drawn as a movement

class Stage extends ShownNetwork {
  run = null;
  told = null; // the status that the server told last
  connection = null;
  history = new History();
  recording = new Recording();
  listeners = new Set();

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
      if (this.pinned || !scene.run) this.drawMoment(moment);
      else this.#arrive(moment);
    } else if (!this.pinned && this.newest) this.drawMoment(this.newest);
    this.#news();
  }

  /** The page that showed something here is gone. */
  leave(element) {
    if (element !== this.element) return;
    this.wire?.close();
    this.run = this.scene = this.to = this.newest = this.wire = null;
  }

  #build(network) {
    this.take(network);
    this.newest = null;
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
    this.wire = watch(
      new URL(address, document.baseURI).href,
      token,
      ask,
      (head, weights) => {
        if (run === this.run) this.#take(head, weights);
      },
      (state, why) => {
        this.connection = state;
        this.why = why;
        this.#news();
      },
    );
  }

  #take(head, weights) {
    if (head.from === 0 && this.offset > 0) this.history = new History();
    this.offset = head.offset;
    this.told = head.status;
    this.place = head.place;
    for (const event of head.events ?? []) this.history.add(event);
    this.newEvents = head.events ?? [];
    // By another tab or by hand: forms and marks on the curves follow.
    this.isChanged ||=
      this.isUpToDate &&
      this.newEvents.some(({ type, set, pace }) => type === "control_applied" && (set || pace !== undefined));
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
    if (seen) this.drawMoment(readTensors(seen.bytes));
    else if (!this.pinned && this.newest) this.drawMoment(this.newest);
  }

  // Drawing ------------------------------------------------------------------------------------------

  #arrive(moment) {
    const now = performance.now(),
      passed = now - (this.arrived ?? -Infinity);
    const moves = passed < LONGEST_WAY;
    this.between = moves ? (this.between ?? passed) + 0.2 * (passed - (this.between ?? passed)) : null;
    this.arrived = now;
    this.newest = moment;
    if (!this.pinned && !this.dragging) this.drawMoment(moment, this.between);
  }
}

export const stage = new Stage();
(window.nnlab ??= {}).stage = stage;
