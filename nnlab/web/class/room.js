// The one socket of a page to its class (docs/wire.md): what is said to all, and for a lecturer the wall.

import { Line } from "../line.js";
import { readFrame } from "../wire.js";

class Room extends Line {
  said = null; // the class as the server told it last
  wanted = { wall: false, large: null };
  listeners = new Set();

  constructor() {
    super((state, why) => this.#tell(state, why));
  }

  /** Follow the class; told at every run of the page.
   * @param {string} base the address of `/wire/class`, with http(s)
   */
  at(base) {
    if (this.base === base) return;
    this.base = base;
    this.open();
  }

  get address() {
    return this.base.replace(/^http/, "ws");
  }

  /** What the page shows beside the strip.
   * @param {{wall?: boolean, large?: string | null}} wanted
   */
  want(wanted) {
    this.wanted = { ...this.wanted, ...wanted };
    this.send(this.wanted);
  }

  opened() {
    for (const listener of this.listeners) listener.opened?.();
    if (this.wanted.wall) this.send(this.wanted);
  }

  received(data) {
    const { head, weights } = readFrame(data);
    if (head.room) this.said = head.room;
    for (const listener of this.listeners) listener.hear(head, weights);
  }

  #tell(state, why) {
    this.why = why;
    for (const listener of this.listeners) listener.tell?.(state, why);
  }
}

export const room = new Room();
(window.nnlab ??= {}).room = room;
