// What a notebook's page has heard of one run: views that come later, or come anew, are told all of it.

const BUDGET = 48 * 2 ** 20; // bytes of weights, as the stage of the lab keeps

export class Seen {
  listeners = new Set();

  constructor() {
    this.clear();
  }

  clear() {
    this.next = 0; // up to where the events have been heard, in bytes of their file
    this.events = [];
    this.moments = []; // { step, values: ArrayBuffer of float32 }
    this.picture = null; // the answers over the plane, where the kernel computes them
    this.status = null;
  }

  /** Hear what the kernel sent: no event twice, and none after a gap. What it tells from the beginning on
   * has what is here already as its first part.
   * @param {object} head `from` and `next` of the events, `status`, `step` of the weights, `has`: what the buffers
   *   are, `anew`: what was heard before counts no more
   * @param {DataView[]} buffers
   * @returns {boolean} false: some events before it were not heard */
  take(head, buffers) {
    if (head.anew || (head.from === 0 && head.next < this.next)) this.clear();
    const parts = Object.fromEntries(head.has.map((name, i) => [name, copied(buffers[i])]));
    const isWhole = head.from === 0 || head.from === this.next;
    let events = isWhole && parts.events ? JSON.parse(new TextDecoder().decode(parts.events)) : [];
    if (head.from === 0) events = events.slice(this.events.length);
    if (isWhole) this.next = head.next;
    this.events.push(...events);
    this.status = head.status;
    const moments = parts.weights ? [{ step: head.step, values: parts.weights }] : [];
    for (const moment of moments) this.#keep(moment);
    if (parts.picture) this.picture = { step: head.step, values: parts.picture };
    this.#tell({ events, moments, status: head.status, picture: parts.picture ? this.picture : null });
    return isWhole;
  }

  /** All that was heard, as one piece of news. */
  get all() {
    const { events, moments, status, picture } = this;
    return { events, moments, status, picture };
  }

  #keep(moment) {
    const { moments } = this;
    while (moments.length && moments.at(-1).step >= moment.step) moments.pop();
    moments.push(moment);
    if (moments.length * moment.values.byteLength <= BUDGET) return;
    this.moments = moments.filter((_one, i) => i % 2 === 0 || i === moments.length - 1);
  }

  #tell(news) {
    for (const listener of this.listeners) listener(news);
  }
}

// Whoever sends hands on a view of its own message, which is no multiple of 4 bytes into it.
function copied(view) {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}
