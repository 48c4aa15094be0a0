// A socket that comes back by itself: of a run (wire.js), or of the class (class/room.js).

const RETRY = 250; // milliseconds until the first try to come back; each further one waits longer
const LONGEST_RETRY = 2000;
const SILENCE = 25_000; // milliseconds without a message (one comes every 10 s): the other side is gone

/** Close codes after which coming back is of no use, and the state that they mean. */
export const FINAL = {
  4400: "refused",
  4401: "expired",
  4403: "refused",
  4404: "deleted",
  4409: "refused",
  4413: "refused",
};

/** Whoever extends it has `address`, and may say what happens when it has `opened`, `received` something or is `lost`. */
export class Line {
  failures = 0; // sockets in a row that brought nothing
  delay = RETRY;

  /** @param {(state: string, why: string) => void} tell told how the connection stands: `live`, `lost`, and at the
   *   end of all tries `expired`, `deleted` or `refused` */
  constructor(tell) {
    this.tell = tell;
    this.again = () => document.visibilityState === "visible" && this.state === "lost" && this.open();
    addEventListener("online", this.again);
    document.addEventListener("visibilitychange", this.again);
  }

  opened() {}

  received() {}

  /** Say something, if the socket is open. */
  send(said) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(said));
  }

  close() {
    this.closed = true;
    this.leave();
    removeEventListener("online", this.again);
    document.removeEventListener("visibilitychange", this.again);
  }

  open() {
    this.leave();
    if (this.closed) return;
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.opened();
      this.#watchSilence(socket);
    };
    socket.onmessage = ({ data }) => {
      this.failures = 0;
      this.delay = RETRY;
      this.say("live");
      this.received(data);
      this.#watchSilence(socket);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket !== socket) return;
      this.failures += 1;
      this.leave();
      if (FINAL[code]) this.say(FINAL[code], reason);
      else this.lost();
    };
  }

  leave() {
    const { socket } = this;
    this.socket = null;
    clearTimeout(this.retry);
    clearTimeout(this.silent);
    socket?.close();
  }

  lost() {
    this.say("lost");
    this.retry = setTimeout(() => this.open(), this.delay * (0.75 + 0.5 * Math.random()));
    this.delay = Math.min(LONGEST_RETRY, 2 * this.delay);
  }

  say(state, why = "") {
    if (this.state === state) return;
    this.state = state;
    this.tell(state, why);
  }

  #watchSilence(socket) {
    clearTimeout(this.silent);
    this.silent = setTimeout(() => socket.close(), SILENCE);
  }
}
