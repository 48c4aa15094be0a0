// The way through a run's past: one step back, the slider, one step on, now, and a word below.

import { whole } from "../format.js";
import { stage } from "../stage.js";
import { _ } from "../texts.js";

const ASK_AGAIN = 1500; // ms without an answer: a page that begins anew may lose a request
const ECHO_WITHIN = 6000; // ms: after that the server's word counts again

// A component's HTML goes out with every frame, so it is made here.
const content = () => `<div>
<button name="back" aria-label="${_("One step back")}">‹</button><span>${_("past")}</span>
<input type="range" step="1" aria-label="${_("Step of the run that is looked at")}">
<span>${_("now")}</span>
<button name="on" aria-label="${_("One step on")}">›</button>
<button name="now" aria-label="${_("Now")}">›|</button></div><p></p>`;

function attach(place) {
  place.innerHTML = content();
  const input = place.querySelector("input");
  const self = { input, wanted: null, sent: null, at: 0, dragging: false };
  const send = () => {
    if (self.sent === self.wanted) return;
    self.sent = self.wanted;
    self.send(self.wanted);
    clearTimeout(self.again);
    self.again = setTimeout(askAgain, ASK_AGAIN);
  };
  const askAgain = () => {
    if (self.wanted === null || performance.now() - self.at > ECHO_WITHIN) return;
    self.sent = null;
    send();
  };
  self.want = (step) => {
    self.wanted = step;
    self.at = performance.now();
  };
  input.addEventListener("input", () => {
    self.want(isNow(input) ? "now" : Number(input.value));
    // What this browser has seen is drawn at once; the exact step follows when it is let go.
    stage.look(isNow(input) ? null : Number(input.value));
    say(self);
  });
  input.addEventListener("change", send);
  input.addEventListener("pointerdown", () => (self.dragging = stage.held = true));
  for (const end of ["pointerup", "pointercancel"])
    input.addEventListener(end, () => (self.dragging = stage.held = false));
  place.addEventListener("click", ({ target }) => {
    const by = { back: -1, on: 1, now: Infinity }[target.name];
    if (by === undefined) return;
    input.value = Math.min(Math.max(Number(input.value) + by, input.min), input.max);
    self.want(isNow(input) ? "now" : Number(input.value));
    stage.look(isNow(input) ? null : Number(input.value));
    send();
    say(self);
  });
  self.listener = { element: place, hear: () => grow(self) };
  return self;
}

const isNow = (input) => Number(input.value) >= Number(input.max);

// The run goes on while the page stands, and while it answers: so does the range, but not under the finger.
function grow({ input, data, dragging, wanted, word }) {
  if (!data || dragging || wanted !== null || !data.run || stage.run !== data.run) return;
  const last = Math.max(stage.history.step, data.last),
    wasNow = isNow(input);
  if (stage.history.ended || last <= data.first) return;
  if (!input.disabled && Number(input.max) >= last) return;
  input.max = last;
  input.disabled = false;
  if (data.past === null) {
    if (wasNow) input.value = last;
    word.textContent = _("Now: step {last}. Slide to look back.", { last: whole(last) });
  }
  say({ input });
}

function say({ input }) {
  const { disabled, value, min, max } = input;
  const places = { step: whole(value), total: whole(max) };
  const step = _("step {step} of {total}", places);
  const text = disabled ? _("no run yet") : isNow(input) ? _("now, {step}", { step }) : step;
  input.setAttribute("aria-valuetext", text);
  const buttons = input.parentElement.querySelectorAll("button");
  buttons[0].disabled = disabled || Number(value) <= Number(min);
  buttons[1].disabled = buttons[2].disabled = disabled || isNow(input);
}

export function draw({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".nnlab-past");
  const self = (place.nnlab ??= attach(place));
  const { input } = self;
  self.send = (wanted) => setTriggerValue("moved", wanted);
  self.word = place.querySelector("p");
  self.word.textContent = data.word;
  self.data = data;
  stage.listeners.add(self.listener);
  const told = data.past ?? "now";
  if (self.wanted === told || performance.now() - self.at > ECHO_WITHIN) self.wanted = null;
  if (self.wanted === null) self.sent = told;
  if (self.dragging) return; // a growing run must not move the range under the finger
  const shown = self.wanted ?? told;
  input.min = data.first;
  input.max = Math.max(data.last, data.first + 1);
  input.disabled = data.last <= data.first;
  input.value = shown === "now" ? input.max : shown;
  say(self);
  grow(self); // the page may have been made before the newest step
}

export function drop() {}
