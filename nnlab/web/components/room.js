// Holds the page's socket to its class, and runs the page again when something changed for its person.

import { room } from "../class/room.js";
import { _ } from "../texts.js";

const ASK_AGAIN = 2000; // milliseconds without an answer: a page that begins anew may lose a request
const SPREAD = 10; // milliseconds for each member, so that a whole class does not ask at once
const ANSWERS = 2000; // milliseconds between two runs of the page for new answers

let last = null; // the announcement that was made
let follower = null;

export function draw({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".nnlab-room");
  element.setAttribute("role", "status");
  follower ??= new Follower();
  Object.assign(follower, { element, data, renew: (why) => setTriggerValue("news", why), asked: null });
  room.listeners.add(follower);
  room.at(new URL(data.address, document.baseURI).href);
  if (data.announce !== last) element.textContent = last = data.announce;
  follower.look();
}

export function drop() {}

class Follower {
  hear() {
    this.look();
  }

  tell(state, why) {
    if (state === "refused") this.ask(`refused ${why}`, 0);
  }

  // What the page shows is older than what the server said.
  look() {
    const { said } = room,
      { data } = this;
    if (!said || !this.element.isConnected) return;
    if (said.key !== data.key) this.ask(`changed ${said.key}`, SPREAD * data.members * Math.random());
    else if (data.leads && said.own && said.own !== data.leads) this.ask(`own ${said.own}`, 0);
    else if (data.answers !== null && said.answers !== data.answers) this.ask("answers", ANSWERS);
  }

  // Once for each reason; the answer may have been lost.
  ask(why, wait) {
    const now = performance.now();
    if (this.asked === why && now - this.askedAt < ASK_AGAIN + wait) return;
    [this.asked, this.askedAt] = [why, now];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.renew(`${why} ${Math.round(now)}`), wait);
  }
}

export const connectionWord = (state) =>
  ({
    lost: _("connection lost: coming back by itself"),
    refused: _("the server shows the wall to the lecturer alone: reload the page"),
    deleted: _("there is no class here any more: reload the page"),
  })[state] ?? "";
