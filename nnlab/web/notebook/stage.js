// The page of a run in a notebook: it draws a run while the kernel sends news of it, and plays what it has.
//
// It has the parts of an exported recording (nnlab/web/file/recording.js). What it came with is the whole
// recording, or nothing yet; the news come from the page around its frame (widget.js).

import { whole } from "../format.js";
import { statusOf } from "../history.js";
import { _ } from "../texts.js";
import { Film } from "../file/film.js";
import { player } from "../file/player.js";
import { blob, made, openPage, pageData, warn } from "../file/shell.js";
import { Charts } from "./charts.js";
import { Figures } from "./figures.js";
import { pictureOf } from "./picture.js";

const LONGEST_WAY = 500; // milliseconds from one moment to the next that are drawn as a movement

const data = pageData(),
  place = openPage(false),
  figures = new Figures();
const status = document.querySelector(".head .status");
const spoken = made("p", { className: "unseen", role: "status" }); // steps change too often to be read aloud
const film = new Film(data.moments, blob("weights"));
const charts = new Charts(data.curves, film.steps.at(-1) ?? 0, data.network ? (step) => film.seek(step) : null);
const picture = data.network || data.grid ? pictureOf(film, data) : null;
place.classList.add("recording");
place.append(...(picture?.elements ?? []), charts.element);
status.after(spoken);
if (data.network) place.append(player(film, momentWord));
for (const word of data.words) warn(place, word);
film.listeners.add(({ at, steps }) => steps.length && charts.mark(steps[at]));
if (film.steps.length) film.show(film.steps.length - 1);
else charts.mark(data.last);
if (data.grid && blob("answers").length) picture.show({ step: data.last, values: blob("answers").buffer });
(window.nnlab ??= {}).stage = picture?.answers ?? film;

let arrived = -Infinity,
  usual = null,
  told = null;

addEventListener("message", ({ data: said, source }) => {
  if (source === parent && parent !== window && said?.nnlabNews) take(said.nnlabNews);
});
if (parent !== window) parent.postMessage("nnlab:ready", "*");

function take({ events, moments, status: run, picture: answers }) {
  if (events.length) {
    figures.add(events);
    charts.take(figures.curves, figures.last);
  }
  told = run ?? told;
  for (const [i, { step, values }] of moments.entries()) {
    const now = performance.now(),
      passed = now - arrived,
      isLast = i === moments.length - 1;
    usual = passed < LONGEST_WAY ? (usual ?? passed) + 0.2 * (passed - (usual ?? passed)) : null;
    arrived = now;
    film.grow(step, new Float32Array(values), isLast ? usual : null);
  }
  if (answers) picture?.show(answers);
  if (!data.network) charts.mark(figures.last);
  say();
}

function say() {
  const { history } = figures,
    run = statusOf(told, history);
  if (!run) return;
  const word = data.statusWords[run] ?? run,
    said = [word];
  if (spoken.textContent !== word) spoken.textContent = word;
  if (history.epoch) said.push(_("epoch {epoch}", { epoch: whole(history.epoch) }));
  said.push(_("step {step}", { step: whole(figures.last) }));
  const speed = run === "running" ? history.speed() : null;
  if (speed) said.push(_("{speed} steps a second", { speed: whole(Math.round(speed)) }));
  const text = said.join(" · ");
  if (status.textContent !== text) status.textContent = text;
}

function momentWord(step) {
  const each = data.moments.stepsPerEpoch ?? figures.history.started?.steps_per_epoch,
    said = [_("step {step}", { step: whole(step) })];
  if (each) said.push(_("epoch {epoch}", { epoch: whole(Math.ceil(step / each)) }));
  if (!film.isFinite(film.at)) said.push(_("weights are no numbers"));
  return said.join(" · ");
}
