// Draws at once what a person asked for, and what a run brings no oftener than there is time for.

const SHARE = 0.15; // of the time at most

export class Paced {
  isOld = false; // there is something newer to draw
  #isUrgent = false;
  #at = -Infinity;
  #cost = 0; // milliseconds of the last drawing
  #timer = null;

  /**
   * @param {number} least milliseconds from one drawing to the next
   * @param {() => void} draw
   * @param {() => void} again asks for another frame, in which `paint` is called
   */
  constructor(least, draw, again) {
    Object.assign(this, { least, draw, again });
  }

  /** What is drawn next is drawn in the next frame. */
  hurry() {
    this.isOld = this.#isUrgent = true;
  }

  /** Draw what is old, if its time has come by `now` (of `performance.now()`), or come back then. */
  paint(now) {
    if (!this.isOld) return;
    const wait = this.#at + Math.max(this.least, this.#cost / SHARE) - now;
    if (!this.#isUrgent && wait > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.again();
      }, wait);
      return;
    }
    this.isOld = this.#isUrgent = false;
    this.#at = now;
    const start = performance.now();
    this.draw();
    this.#cost = performance.now() - start;
  }
}
