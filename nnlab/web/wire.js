// The browser's half of the wire: frames of one run, by a socket or by plain requests (docs/wire.md).

import { FINAL, Line } from "./line.js";

const TRIES = 3; // sockets without a frame until plain requests take their place
const SOCKET_AGAIN = 5000; // milliseconds of plain requests until a socket is tried again; then longer
const LONGEST_PLAIN = 60_000;

/** The parts of one message.
 * @param {ArrayBuffer} buffer
 * @returns {{head: object, weights: Uint8Array | null}}
 */
export function readFrame(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { head, weights: head.version === undefined ? null : new Uint8Array(buffer, 4 + length) };
}

/** Follow one run.
 *
 * @param {string} base the address of `/wire`, with http(s)
 * @param {string} token
 * @param {{offset: number, version: string, parts: string[] | null}} ask what is here already
 * @param {(head: object, weights: Uint8Array | null) => void} hear told of each frame, in order
 * @param {(state: string, why: string) => void} tell told how the connection stands: `live`, `plain`
 *   (by plain requests), `lost`, and at the end of all tries `expired`, `deleted` or `refused`
 */
export function watch(base, token, ask, hear, tell) {
  const wire = new Wire(base, token, ask, hear, tell);
  wire.open();
  return wire;
}

class Wire extends Line {
  constructor(base, token, ask, hear, tell) {
    super(tell);
    Object.assign(this, { base, token, ask: { ...ask }, hear });
    this.plainFor = SOCKET_AGAIN;
  }

  get address() {
    return `${this.base.replace(/^http/, "ws")}?token=${this.token}`;
  }

  /** Other tensors are drawn now. */
  want(parts) {
    if (String(parts) === String(this.ask.parts)) return;
    this.ask.parts = parts;
    this.send(this.ask);
  }

  opened() {
    this.send(this.ask);
  }

  received(data) {
    this.plainFor = SOCKET_AGAIN;
    this.#take(data);
  }

  leave() {
    this.plain?.abort();
    this.plain = null;
    super.leave();
  }

  lost() {
    if (this.failures >= TRIES) this.#askPlainly();
    else super.lost();
  }

  // Where a proxy lets no socket through, the same frames come one by one.
  async #askPlainly() {
    const plain = (this.plain = new AbortController());
    const until = performance.now() + this.plainFor;
    while (!plain.signal.aborted && performance.now() < until) {
      const { offset, version, parts } = this.ask;
      const query = new URLSearchParams({ token: this.token, offset, version });
      if (parts) query.set("parts", parts.join(","));
      let answer, data;
      try {
        answer = await fetch(`${this.base}/frame?${query}`, { signal: plain.signal, cache: "no-store" });
        data = answer.ok ? await answer.arrayBuffer() : await answer.text();
      } catch {
        if (plain.signal.aborted) return;
        break; // no network: the message is that of a lost connection
      }
      if (plain.signal.aborted) return;
      if (!answer.ok) {
        const final = FINAL[4000 + answer.status];
        if (final) return this.say(final, data);
        break;
      }
      this.say("plain");
      this.#take(data);
    }
    if (plain.signal.aborted) return;
    this.failures = TRIES - 1;
    if (performance.now() < until) return super.lost();
    this.plainFor = Math.min(LONGEST_PLAIN, 2 * this.plainFor);
    this.open();
  }

  #take(data) {
    const { head, weights } = readFrame(data);
    this.ask.offset = head.offset;
    if (head.version !== undefined) this.ask.version = head.version;
    this.hear(head, weights);
  }
}
