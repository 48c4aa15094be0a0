// The browser's half of the wire: frames of one run, by a socket or by plain requests (docs/wire.md).

const RETRY = 250; // milliseconds until the first try to come back; each further one waits longer
const LONGEST_RETRY = 2000;
const SILENCE = 25_000; // milliseconds without a frame (one comes every 10 s): the other side is gone
const TRIES = 3; // sockets without a frame until plain requests take their place
const SOCKET_AGAIN = 5000; // milliseconds of plain requests until a socket is tried again; then longer
const LONGEST_PLAIN = 60_000;

// Close codes after which coming back is of no use, and the state that they mean.
const FINAL = { 4400: "refused", 4401: "expired", 4403: "refused", 4404: "deleted", 4409: "refused", 4413: "refused" };

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

class Wire {
  constructor(base, token, ask, hear, tell) {
    Object.assign(this, { base, token, ask: { ...ask }, hear, tell });
    this.failures = 0; // sockets in a row that brought no frame
    this.plainFor = SOCKET_AGAIN;
    this.delay = RETRY;
    this.again = () => document.visibilityState === "visible" && this.state === "lost" && this.open();
    addEventListener("online", this.again);
    document.addEventListener("visibilitychange", this.again);
  }

  /** Other tensors are drawn now. */
  want(parts) {
    if (String(parts) === String(this.ask.parts)) return;
    this.ask.parts = parts;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(this.ask));
  }

  close() {
    this.closed = true;
    this.#leave();
    removeEventListener("online", this.again);
    document.removeEventListener("visibilitychange", this.again);
  }

  open() {
    this.#leave();
    if (this.closed) return;
    const socket = new WebSocket(`${this.base.replace(/^http/, "ws")}?token=${this.token}`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify(this.ask));
      this.#watchSilence(() => socket.close());
    };
    socket.onmessage = ({ data }) => {
      this.failures = 0;
      this.delay = RETRY;
      this.plainFor = SOCKET_AGAIN;
      this.#say("live");
      this.#take(data);
      this.#watchSilence(() => socket.close());
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket !== socket) return;
      this.failures += 1;
      this.#leave();
      if (FINAL[code]) this.#say(FINAL[code], reason);
      else if (this.failures >= TRIES) this.#askPlainly();
      else this.#later();
    };
  }

  #leave() {
    const { socket } = this;
    this.socket = null;
    clearTimeout(this.retry);
    clearTimeout(this.silent);
    this.plain?.abort();
    this.plain = null;
    socket?.close();
  }

  #later() {
    this.#say("lost");
    this.retry = setTimeout(() => this.open(), this.delay * (0.75 + 0.5 * Math.random()));
    this.delay = Math.min(LONGEST_RETRY, 2 * this.delay);
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
      } catch (error) {
        if (plain.signal.aborted) return;
        break; // no network: the message is that of a lost connection
      }
      if (plain.signal.aborted) return;
      if (!answer.ok) {
        const final = FINAL[4000 + answer.status];
        if (final) return this.#say(final, data);
        break;
      }
      this.#say("plain");
      this.#take(data);
    }
    if (plain.signal.aborted) return;
    this.failures = TRIES - 1;
    if (performance.now() < until) return this.#later();
    this.plainFor = Math.min(LONGEST_PLAIN, 2 * this.plainFor);
    this.open();
  }

  #take(data) {
    const { head, weights } = readFrame(data);
    this.ask.offset = head.offset;
    if (head.version !== undefined) this.ask.version = head.version;
    this.hear(head, weights);
  }

  #watchSilence(then) {
    clearTimeout(this.silent);
    this.silent = setTimeout(then, SILENCE);
  }

  #say(state, why = "") {
    if (this.state === state) return;
    this.state = state;
    this.tell(state, why);
  }
}
