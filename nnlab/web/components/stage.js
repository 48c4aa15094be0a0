// Hands what the page says to the stage, and runs the page again when the run has news for it.

import { isDrawn } from "../address.js";
import { keepFocus } from "../focus.js";
import { stage } from "../stage.js";
import { connectionWord, sayNews, sayWeights } from "../words.js";

const BACK = 1500; // milliseconds: asked for more right after Back, Streamlit forgets that it was Back
const ASK_AGAIN = 1500; // milliseconds without an answer: a page that begins anew may lose a request

let wentBack = -Infinity;
addEventListener("popstate", () => (wentBack = performance.now()));

stage.listeners.add({ hear: sayNews });
stage.after = sayWeights;

export function draw({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".nnlab-stage");
  element.setAttribute("role", "status");
  const page = (element.page ??= new Page(element));
  page.renew = (why) => setTriggerValue("news", why);
  page.hasRun(data);
  stage.show(data, element);
  isDrawn();
  keepFocus();
}

export function drop({ parentElement }) {
  const element = parentElement.querySelector(".nnlab-stage");
  if (element && !element.isConnected) stage.leave(element);
}

// What the page showed last, and whether it has to run again.
class Page {
  constructor(element) {
    this.element = element;
    this.since = 0; // frames that came after the page ran
  }

  hasRun(scene) {
    stage.listeners.add(this);
    if (scene.panels > this.scene?.panels)
      document.querySelector(".st-key-panel")?.scrollIntoView({ behavior: "smooth" });
    this.scene = scene;
    this.asked = null;
    this.at = performance.now();
    this.since = 0;
    clearTimeout(this.timer);
  }

  hear(stage) {
    const word = connectionWord(stage);
    if (this.element.textContent !== word) this.element.textContent = word;
    if (stage.run !== this.scene.run || !stage.run) return;
    this.since += 1;
    if (stage.connection === "expired") this.ask("permit");
    else if (stage.connection === "deleted") this.ask("deleted");
    else if (stage.status && stage.status !== this.scene.status) this.ask(stage.status);
    else if (stage.isChanged) this.ask("changed");
    else if (this.scene.renews) this.#later();
  }

  // Once for each reason; the answer may have been lost.
  ask(why) {
    const now = performance.now();
    if (now - wentBack < BACK || (this.asked === why && now - this.askedAt < ASK_AGAIN)) return;
    [this.asked, this.askedAt] = [why, now];
    stage.isChanged = false;
    this.renew(`${why} ${Math.round(now)}`);
  }

  #later() {
    const left = this.at + 1000 * this.scene.renews - performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.element.isConnected && this.since && this.ask("time"), Math.max(0, left));
  }
}
