// A recording of a training: the weights at some moments, drawn as the stage of the lab draws a run's.

import { ShownNetwork } from "../shown_network.js";

const WHOLE = 12_000; // milliseconds that the whole recording takes at the usual speed
const QUICKEST = 1000 / 60;

export class Film extends ShownNetwork {
  speed = 1; // times the usual
  isPlaying = false;
  kept = null; // the unit whose map stays over the plane
  listeners = new Set(); // told when it plays, pauses, or is at another moment

  /** @param {{steps: number[], tensors: [string, number[]][]}} moments the steps, ascending, and the names
   *   and shapes of the tensors of each
   * @param {Uint8Array} bytes float32 [moments × values], tensor after tensor */
  constructor({ steps, tensors }, bytes) {
    super();
    this.steps = steps;
    this.shapes = tensors.map(([name, shape]) => [name, shape, shape.reduce((size, side) => size * side, 1)]);
    const whole = this.shapes.reduce((sum, [, , size]) => sum + size, 0);
    this.values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    this.each = whole;
    this.at = steps.length - 1; // the moment that is drawn
  }

  /** The weights of a moment: views into the recording. */
  weights(moment) {
    let from = moment * this.each;
    return new Map(this.shapes.map(([name, shape, size]) => {
      const data = this.values.subarray(from, from + size);
      from += size;
      return [name, { shape, data }];
    }));
  }

  /** Whether all weights of a moment are numbers. */
  isFinite(moment) {
    return this.values.subarray(moment * this.each, (moment + 1) * this.each).every(Number.isFinite);
  }

  /** Draw a moment: by its number, the nearest that there is. */
  show(moment, between = null) {
    this.at = Math.max(0, Math.min(this.steps.length - 1, moment));
    this.drawMoment({ step: this.steps[this.at], tensors: this.weights(this.at) }, between);
    this.tell();
  }

  /** Draw the recorded moment nearest to a step. */
  seek(step) {
    this.pause();
    this.show(this.nearest(Number(step)));
  }

  /** The number of the recorded moment nearest to a step. */
  nearest(step) {
    let best = 0;
    this.steps.forEach((one, i) => {
      if (Math.abs(one - step) < Math.abs(this.steps[best] - step)) best = i;
    });
    return best;
  }

  /** Play on from the moment that is drawn; from the start where that is the last. */
  play() {
    const last = this.steps.length - 1;
    if (this.isPlaying || !last) return;
    if (this.at >= last) this.show(0);
    this.isPlaying = true;
    let before = performance.now(), rest = 0;
    const next = (now) => {
      if (!this.isPlaying) return;
      const each = Math.max(QUICKEST, WHOLE / last) / this.speed, due = rest + (now - before) / each;
      const moments = Math.floor(due);
      [before, rest] = [now, due - moments];
      if (moments) this.show(this.at + moments, each);
      if (this.at < last) this.timer = requestAnimationFrame(next);
      else this.pause();
    };
    this.timer = requestAnimationFrame(next);
    this.tell();
  }

  pause() {
    cancelAnimationFrame(this.timer);
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.tell();
  }

  /** A pointer that leaves a neuron gives way to the one that was picked. */
  peek(unit) {
    super.peek(unit ?? this.kept);
  }

  tell() {
    for (const listener of this.listeners) listener(this);
  }
}
