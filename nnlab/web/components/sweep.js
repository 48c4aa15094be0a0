// Follows a sweep over the wire and hands what comes to its views; tells the page what a person picks.

import { isDrawn } from "../address.js";
import { History, statusOf } from "../history.js";
import { readTensors } from "../safetensors.js";
import { Room } from "../sweep/room.js";
import { readScene } from "../sweep/scene.js";
import { watch } from "../wire.js";
import { connectionWord, lineOf, sayStatus } from "../words.js";

const ASK_AGAIN = 1500; // milliseconds without an answer: a page that begins anew may lose a request

export function draw({ data, parentElement, setStateValue, setTriggerValue }) {
  const element = parentElement.querySelector(".nnlab-sweep");
  const follower = (element.follower ??= new Follower(element));
  follower.send = (pick) => setStateValue("pick", pick);
  follower.renew = (why) => setTriggerValue("news", why);
  follower.show(data);
  isDrawn();
}

export function drop({ parentElement }) {
  const element = parentElement.querySelector(".nnlab-sweep");
  if (element && !element.isConnected) element.follower?.close();
}

class Follower {
  constructor(element) {
    this.element = element;
    this.word = document.createElement("p");
    this.word.className = "word";
    this.word.setAttribute("role", "status");
    const views = document.createElement("div");
    element.replaceChildren(this.word, views);
    this.room = new Room(views, () => this.tell());
    this.number = 0; // of the newest pick here
    this.bytes = 0; // that came over the wire
    (window.nnlab ??= {}).sweep = this;
  }

  show(data) {
    const began = performance.now(),
      { room } = this,
      scene = readScene(data, this.data, room.scene);
    this.data = data;
    if (scene.run !== this.run) this.#begin(scene.run);
    // What the page picks counts, unless a newer pick is on its way there.
    const counts = data.heard >= this.number;
    if (counts) [room.metric, room.of] = [data.metric, data.of];
    this.told = scene.status;
    room.show(scene, began);
    room.status = scene.status;
    if (counts) {
      this.number = data.heard;
      if (String(scene.picked) !== String(room.pick)) room.setPick(scene.picked);
    }
    this.asked = null;
    if (!scene.follows) {
      this.wire?.close();
      this.wire = null;
    } else if (!this.wire || this.connection === "expired") this.#connect();
    this.#say();
  }

  #begin(run) {
    this.wire?.close();
    this.wire = null;
    this.run = run;
    this.history = new History();
    this.offset = this.turn = 0;
    this.version = "";
    this.connection = null;
  }

  #connect() {
    this.wire?.close();
    const { address, token } = this.data,
      { run } = this;
    this.turns = this.room.nets.stacks.length ? this.room.nets.requests() : [[]];
    const ask = { offset: this.offset, version: this.version, parts: this.turns[0] };
    this.wire = watch(
      new URL(address, document.baseURI).href,
      token,
      ask,
      (head, weights) => {
        if (run === this.run) this.#take(head, weights);
      },
      (state, why) => {
        [this.connection, this.why] = [state, why];
        this.#say();
      },
    );
  }

  #take(head, weights) {
    const { room } = this;
    if (head.from === 0 && this.offset > 0) {
      this.history = new History();
      room.figures.rows = [];
    }
    this.offset = head.offset;
    this.told = head.status;
    this.place = head.place;
    const events = head.events ?? [];
    for (const event of events) this.history.add(event);
    room.hearEvents(events);
    room.status = statusOf(this.told, this.history);
    if (weights) {
      this.version = head.version;
      this.bytes += weights.length;
      const { step, tensors } = readTensors(weights);
      this.step = step;
      room.hearWeights(step, tensors);
      // More names than one request may have: the stacks take turns.
      if (this.turns.length > 1) this.wire.want(this.turns[++this.turn % this.turns.length]);
    }
    this.#say();
  }

  #say() {
    const { room, history, data } = this,
      { status } = room;
    const word = connectionWord(this);
    if (this.word.textContent !== word) this.word.textContent = word;
    const shown = { run: this.run, history, status, scene: { past: null }, place: this.place };
    sayStatus(() => (this.element.isConnected ? lineOf(shown) : null), data.line);
    if (!this.run || !data.follows) return;
    if (this.connection === "expired") this.#ask("permit");
    else if (this.connection === "deleted") this.#ask("deleted");
    else if (status && status !== data.status) this.#ask(status);
  }

  // Once for each reason; the answer may have been lost.
  #ask(why) {
    const now = performance.now();
    if (this.asked === why && now - this.askedAt < ASK_AGAIN) return;
    [this.asked, this.askedAt] = [why, now];
    this.renew(`${why} ${Math.round(now)}`);
  }

  /** The page learns of a pick. */
  tell() {
    const { pick: nets, metric, of } = this.room;
    this.number = Math.max(this.number, this.data.heard) + 1;
    this.send({ number: this.number, nets, metric, of });
  }

  close() {
    this.wire?.close();
    this.wire = this.run = null;
  }
}
