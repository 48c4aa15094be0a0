// Logits to drag: a row for each class, from its logit to its gradient, and the loss below.

import { number } from "../format.js";
import { _ } from "../texts.js";
import { set } from "../words.js";
import { softmaxNumbers } from "./softmax_numbers.js";

const SEND_AFTER = 150; // ms of rest: a held key must not ask the server at each repetition

const nameOf = (k) => String.fromCharCode(65 + k);

const slider = (name, label, { min, max, step }) =>
  `<input type="range" name="${name}" min="${min}" max="${max}" step="${step}" aria-label="${label}">`;

const bar = (kind) => `<span class="bar ${kind}" aria-hidden="true"><i></i></span><output aria-live="off"></output>`;

const row = (k, group, limits) => `<div role="group" aria-label="${_("Class {name}", { name: nameOf(k) })}">
<label><input type="radio" name="${group}" value="${k}">${nameOf(k)}</label>
<div class="logit">${slider("logit", _("Logit of class {name}", { name: nameOf(k) }), limits.logit)}<output aria-live="off"></output></div>
<div title="exp(z / T)"><small>exp</small>${bar("power")}</div>
<div title="p"><small>p</small>${bar("share")}</div>
<div title="(p − y) / T"><small>∂L/∂z</small>${bar("signed")}</div></div>`;

const content = (limits) => `<div class="rows"></div>
<p class="sums" aria-live="off"></p><p class="loss" role="status"></p>
<div class="controls">
<label>${_("Temperature T")}${slider("temperature", _("Temperature"), limits.temperature)}<output aria-live="off"></output></label>
<label>${_("Label smoothing")}${slider("smoothing", _("Label smoothing"), limits.smoothing)}<output aria-live="off"></output></label>
<span><button name="fewer">${_("One class less")}</button><button name="more">${_("One class more")}</button></span></div>`;

const heads = () => `<div class="heads" aria-hidden="true"><span>${_("right")}</span><span>${_("logit z: drag")}</span>
<span>exp(z / T)</span><span>${_("probability p")}</span><span>${_("gradient (p − y) / T")}</span></div>`;

let count = 0; // of the pictures: radio buttons of two must not be one group

function attach(place, { scores, limits }) {
  const self = { place, scores: structuredClone(scores), limits, group: `nnlab-right-${count++}` };
  place.innerHTML = content(limits);
  const temperature = place.querySelector("[name=temperature]");
  // As far to the left of 1 as to the right: the slider holds the logarithm.
  temperature.value = Math.log10(self.scores.temperature);
  place.querySelector("[name=smoothing]").value = self.scores.smoothing;
  makeRows(self);
  place.addEventListener("input", ({ target }) => hear(self, target));
  place.addEventListener("click", ({ target }) => resize(self, { fewer: -1, more: 1 }[target.name]));
  return self;
}

function makeRows(self) {
  const { logits } = self.scores,
    rows = self.place.querySelector(".rows");
  rows.innerHTML = heads() + logits.map((_logit, k) => row(k, self.group, self.limits)).join("");
  self.rows = [...rows.querySelectorAll("[role=group]")];
  self.rows.forEach((element, k) => {
    element.querySelector("[name=logit]").value = logits[k];
    element.querySelector("[type=radio]").checked = k === self.scores.target;
  });
  show(self);
}

function hear(self, input) {
  const value = Number(input.value),
    { scores } = self;
  if (input.type === "radio") scores.target = value;
  else if (input.name === "logit") scores.logits[self.rows.indexOf(input.closest("[role=group]"))] = value;
  else if (input.name === "temperature") scores.temperature = Number((10 ** value).toPrecision(2));
  else scores.smoothing = value;
  show(self);
  sendSoon(self);
}

function resize(self, by) {
  const { logits } = self.scores;
  if (!by) return;
  if (by > 0) logits.push(0);
  else logits.pop();
  self.scores.target = Math.min(self.scores.target, logits.length - 1);
  makeRows(self);
  sendSoon(self);
}

function sendSoon(self) {
  clearTimeout(self.timer);
  self.timer = setTimeout(() => self.send(structuredClone(self.scores)), SEND_AFTER);
}

// Bars -----------------------------------------------------------------------------------------------

function show(self) {
  const { scores, place } = self,
    numbers = softmaxNumbers(scores);
  const widest = Math.max(1, 1 / scores.temperature);
  self.rows.forEach((element, k) => {
    const [logit, power, share, gradient] = element.querySelectorAll("output");
    set(logit, number(scores.logits[k]));
    element.querySelector("[name=logit]").setAttribute(
      "aria-valuetext",
      _("{z}, probability {p}", {
        z: number(scores.logits[k]),
        p: number(numbers.probabilities[k]),
      }),
    );
    set(power, number(numbers.powers[k]));
    set(share, number(numbers.probabilities[k]));
    set(gradient, number(numbers.gradient[k]));
    stretch(element.querySelector(".power"), 0, numbers.heights[k]);
    stretch(element.querySelector(".share"), 0, numbers.probabilities[k]);
    const half = numbers.gradient[k] / widest / 2;
    stretch(element.querySelector(".signed"), 0.5 + Math.min(half, 0), 0.5 + Math.max(half, 0), half < 0);
  });
  const right = nameOf(scores.target),
    p = number(numbers.probabilities[scores.target]);
  set(
    place.querySelector(".sums"),
    _("Sums: exp {total}, p 1, gradient 0. Entropy of p {entropy} of at most {most}.", {
      total: number(numbers.total),
      entropy: number(numbers.entropy),
      most: number(Math.log(scores.logits.length)),
    }),
  );
  const loss = number(numbers.loss),
    said = { right, p, loss, divergence: number(numbers.divergence) };
  set(
    place.querySelector(".loss"),
    scores.smoothing
      ? _("Loss −Σ y log p = {loss}; what can still be gained, the divergence KL(y ‖ p), is {divergence}", said)
      : _("Loss −log p({right}) = −log {p} = {loss}", said),
  );
  for (const name of ["temperature", "smoothing"]) {
    const input = place.querySelector(`[name=${name}]`),
      value = number(scores[name]);
    set(input.nextElementSibling, value);
    input.setAttribute("aria-valuetext", value);
  }
  place.querySelector("[name=fewer]").disabled = scores.logits.length <= self.limits.classes[0];
  place.querySelector("[name=more]").disabled = scores.logits.length >= self.limits.classes[1];
}

function stretch(element, from, to, isNegative = false) {
  const { style } = element.firstElementChild;
  style.left = `${100 * from}%`;
  style.width = `${100 * (to - from)}%`;
  element.classList.toggle("negative", isNegative);
}

export function draw({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".nnlab-softmax");
  const self = (place.nnlab ??= attach(place, data)); // from then on it knows what was set
  self.send = (scores) => setTriggerValue("scores", scores);
}

export function drop() {}
