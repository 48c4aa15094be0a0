// Which nets are shown large, one or two beside each other, and the line that says how to get there.

import { made } from "./looks.js";
import { _ } from "../texts.js";

export class Comparison {
  pick = []; // nets, the newest last; none: the best is shown
  waits = false; // the next tile that a person takes is shown beside the one in view

  /** @param {() => void} changed called after each change @param {() => void} tell called when a person made it */
  constructor(changed, tell) {
    Object.assign(this, { changed, tell });
    this.hint = made("p", { className: "hint" });
    this.hint.setAttribute("role", "status");
  }

  #set(pick, waits = false) {
    const isNew = String(pick) !== String(this.pick);
    [this.pick, this.waits] = [pick, waits];
    this.changed();
    return isNew;
  }

  /** The page picks, or nothing is picked any more. */
  take(nets) {
    this.#set(nets);
  }

  /** Show a net; `isSecond`: beside the one that is shown. */
  choose(net, isSecond) {
    const { pick } = this,
      isPicked = pick.includes(net);
    if (this.waits && isPicked) return;
    if (this.waits) this.#set([...pick.slice(-1), net]);
    else if (isPicked) this.#set(pick.filter((one) => one !== net));
    else this.#set(isSecond ? [...pick, net].slice(-2) : [net]);
    this.tell();
  }

  /** Wait for a net beside this one; or end what compares. */
  toggle(net) {
    if (this.waits || this.pick.length > 1) this.end();
    else if (net !== undefined && this.#set([net], true)) this.tell();
  }

  get isOn() {
    return this.waits || this.pick.length > 1;
  }

  /** Show the first of two alone; wait for no second one. */
  end() {
    if (this.#set(this.pick.slice(0, 1))) this.tell();
  }

  /** Say what may be done next; of so many nets. */
  say(count) {
    const {
      pick: [a, b],
      waits,
    } = this;
    const said = !count
      ? ""
      : waits
        ? _("Network {number} is A: click the one to compare it with, or press Enter on it. Esc ends this.", {
            number: a,
          })
        : b !== undefined
          ? _("Networks {a} and {b} are compared; Esc ends it.", { a, b })
          : a !== undefined
            ? _("Network {number} is shown. Compare it with another: press Compare, then click one (or Ctrl-click).", {
                number: a,
              })
            : _("Click a network to see it large.");
    if (this.hint.textContent !== said) [this.hint.textContent, this.hint.title] = [said, said];
  }
}
