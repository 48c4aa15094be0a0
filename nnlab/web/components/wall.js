// Puts the wall on the page, and lets it follow the class by the page's socket.

import { room } from "../class/room.js";
import { Wall } from "../class/wall.js";
import { connectionWord } from "./room.js";

export function draw({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".nnlab-wall");
  const shown = (element.shown ??= new Shown(element));
  shown.open = (run) => setTriggerValue("open", run);
  shown.wall.show(data);
  room.listeners.add(shown);
  room.at(new URL(data.address, document.baseURI).href);
  if (!room.wanted.wall) room.want({ wall: true });
}

export function drop({ parentElement }) {
  const element = parentElement.querySelector(".nnlab-wall");
  if (!element || element.isConnected) return;
  room.listeners.delete(element.shown);
  room.want({ wall: false, large: null });
}

class Shown {
  constructor(element) {
    this.wall = new Wall(element, { want: (wanted) => room.want(wanted), open: (run) => this.open(run) });
    (window.nnlab ??= {}).wall = this.wall;
  }

  opened() {
    this.wall.begin();
  }

  hear(head, weights) {
    this.wall.hear(head, weights);
  }

  tell(state) {
    this.wall.tell(connectionWord(state));
  }
}
