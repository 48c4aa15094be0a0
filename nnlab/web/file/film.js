// A recording of a training: the weights at some moments, drawn as the stage of the lab draws a run's.

// It may grow: while a run trains, its newest weights are the last moment.

import { ShownNetwork } from "../shown_network.js";

const WHOLE = 12_000; // milliseconds that the whole recording takes at the usual speed
const QUICKEST = 1000 / 60;
const BUDGET = 48 * 2 ** 20; // bytes of what is kept of a run that trains

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
    this.each = this.shapes.reduce((sum, [, , size]) => sum + size, 0); // numbers of a moment
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    this.moments = steps.map((_step, i) => values.subarray(i * this.each, (i + 1) * this.each));
    this.at = steps.length - 1; // the moment that is drawn
  }

  /** One more moment of a run that trains. It is drawn unless somebody looks at an earlier one.
   * @param {number} step a run that goes on from an earlier one makes its later moments anew
   * @param {Float32Array} values tensor after tensor
   * @param {number | null} between milliseconds since the one before, for a movement */
  grow(step, values, between = null) {
    const follows = !this.isPlaying && this.at === this.steps.length - 1;
    while (this.steps.length && this.steps.at(-1) >= step) [this.steps, this.moments].forEach((kept) => kept.pop());
    this.steps.push(step);
    this.moments.push(values);
    if (this.moments.length * this.each * 4 > BUDGET) this.#thin();
    if (follows) this.show(this.steps.length - 1, between);
    else {
      this.at = Math.min(this.at, this.steps.length - 1);
      this.tell();
    }
  }

  // Every other moment goes, but the newest and the one that is drawn: the whole way stays, evenly.
  #thin() {
    const last = this.steps.length - 1,
      drawn = this.steps[this.at];
    const isKept = (_moment, i) => i % 2 === 0 || i === last || i === this.at;
    [this.steps, this.moments] = [this.steps.filter(isKept), this.moments.filter(isKept)];
    this.at = this.steps.indexOf(drawn);
  }

  /** The weights of a moment: views into the recording. */
  weights(moment) {
    const values = this.moments[moment];
    let from = 0;
    return new Map(
      this.shapes.map(([name, shape, size]) => {
        const data = values.subarray(from, from + size);
        from += size;
        return [name, { shape, data }];
      }),
    );
  }

  /** Whether all weights of a moment are numbers. */
  isFinite(moment) {
    return this.moments[moment].every(Number.isFinite);
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
    if (this.isPlaying || this.steps.length < 2) return;
    if (this.at >= this.steps.length - 1) this.show(0);
    this.isPlaying = true;
    let before = performance.now(),
      rest = 0;
    const next = (now) => {
      if (!this.isPlaying) return;
      const last = this.steps.length - 1;
      const each = Math.max(QUICKEST, WHOLE / last) / this.speed,
        due = rest + (now - before) / each;
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
