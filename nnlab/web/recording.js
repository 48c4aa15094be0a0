// The weights of a run that this browser has seen, step by step, within a budget of bytes.

const BUDGET = 48 * 2 ** 20;

export class Recording {
  constructor(budget = BUDGET) {
    this.budget = budget;
    this.clear();
  }

  clear() {
    this.moments = []; // [{ step, bytes }], steps growing
    this.size = 0;
  }

  /** Keep one moment. A run that goes on from an earlier step makes its later ones anew.
   * @param {number} step
   * @param {Uint8Array} bytes the weights as they came
   */
  add(step, bytes) {
    while (this.moments.length && this.moments.at(-1).step >= step) this.size -= this.moments.pop().bytes.length;
    this.moments.push({ step, bytes });
    this.size += bytes.length;
    if (this.size > this.budget) this.#thin();
  }

  /** The moment nearest to a step; null where there is none. */
  at(step) {
    const { moments } = this;
    let [low, high] = [0, moments.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (moments[middle].step < step) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [moments[low - 1], moments[low]];
    if (!before || !after) return after ?? before ?? null;
    return step - before.step < after.step - step ? before : after;
  }

  // Every other moment goes, but the first and the newest: the whole way stays, more coarsely.
  #thin() {
    const last = this.moments.length - 1;
    this.moments = this.moments.filter((_moment, i) => i % 2 === 0 || i === last);
    this.size = this.moments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
