// Plays something that has steps: to the start, one back, play, one on, to the end, and a slider.

import { whole } from "../format.js";
import { _ } from "../texts.js";

const PACES = [2, 30, 120]; // steps a second

const content = () => `<button type="button" name="first" aria-label="${_("To the start")}">|‹</button>
<button type="button" name="back" aria-label="${_("One step back")}">‹</button>
<button type="button" name="play"></button>
<button type="button" name="on" aria-label="${_("One step on")}">›</button>
<button type="button" name="last" aria-label="${_("To the end")}">›|</button>
<input type="range" min="0" step="1" aria-label="${_("Step")}"><output aria-live="off"></output>
<label>${_("pace")} <select></select></label>`;

export class Player {
  step = 0;
  steps = 0;

  /** @param {HTMLElement} place where its buttons stand
   * @param {() => void} changed told when the step is another */
  constructor(place, changed) {
    this.changed = changed;
    place.innerHTML = content();
    [this.slider, this.output, this.select] = ["input", "output", "select"].map((tag) => place.querySelector(tag));
    this.button = place.querySelector("[name=play]");
    for (const pace of PACES) this.select.append(new Option(_("{n} steps/s", { n: pace }), pace));
    this.select.value = PACES[1];
    place.addEventListener("click", ({ target }) => this.#press(target.name));
    this.slider.oninput = () => {
      this.pause();
      this.go(Number(this.slider.value));
    };
    this.say();
  }

  /** How many steps there are. What is new plays by itself from its start, unless motion is unwelcome.
   * @param {number} steps
   * @param {string} what names that which is played */
  set(steps, what) {
    const isNew = this.what !== what,
      wasLast = this.step === this.steps;
    [this.what, this.steps, this.slider.max] = [what, steps, steps];
    if (isNew) this.step = 0;
    if (isNew && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.play();
    else if (isNew || (wasLast && !this.frame)) this.step = steps;
    this.step = Math.min(this.step, steps);
    this.say();
  }

  go(step) {
    this.step = Math.min(this.steps, Math.max(0, step));
    this.say();
    this.changed();
  }

  play() {
    if (this.step >= this.steps) this.step = 0;
    let [from, since] = [this.step, null];
    const pace = this.select.value;
    const next = (now) => {
      since ??= now;
      if (this.select.value !== pace) return this.play();
      const step = Math.min(this.steps, from + Math.floor(((now - since) * pace) / 1000));
      this.frame = step < this.steps ? requestAnimationFrame(next) : null;
      if (step !== this.step || !this.frame) this.go(step);
      return null;
    };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(next);
    this.say();
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.say();
  }

  say() {
    this.slider.value = this.step;
    const place = { step: whole(this.step), steps: whole(this.steps) };
    this.output.textContent = _("step {step} of {steps}", place);
    this.slider.setAttribute("aria-valuetext", this.output.textContent);
    this.button.textContent = this.frame ? _("Pause") : _("Play");
  }

  #press(name) {
    const to = { first: 0, back: this.step - 1, on: this.step + 1, last: this.steps }[name];
    if (name === "play") this.frame ? this.pause() : this.play();
    else if (to !== undefined) {
      this.pause();
      this.go(to);
    }
  }
}
