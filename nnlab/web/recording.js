// The weights of a run that this browser has seen, step by step, within a budget of bytes.

const BUDGET = 48 * 2 ** 20;

export class Recording {
  constructor(budget = BUDGET) {
    this.budget = budget;
    this.clear();
  }

  clear() {
    this.moments = []; // [{ step, bytes, number }], steps growing
    this.size = 0;
    this.count = 0; // moments that came
    this.every = 1; // so many of them are one that stays
  }

  /** Keep one moment. A run that goes on from an earlier step makes its later ones anew.
   * @param {number} step
   * @param {Uint8Array} bytes the weights as they came
   */
  add(step, bytes) {
    const { moments } = this;
    const goes = (moment) => moment && (moment.step >= step || (moment.number % this.every && moments.length > 1));
    while (goes(moments.at(-1))) this.size -= moments.pop().bytes.length;
    moments.push({ step, bytes, number: this.count++ });
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

  // Every other moment goes, but the newest, and of those to come: the whole way stays, evenly.
  #thin() {
    this.every *= 2;
    const last = this.moments.length - 1;
    this.moments = this.moments.filter(({ number }, i) => number % this.every === 0 || i === last);
    this.size = this.moments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
