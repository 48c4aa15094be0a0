// What the page says in words while a run trains: its status, its figures, its weights, a place.
//
// The status line is written, and elements that the page marks with `data-live`; all else is the page's.

import { answerOf } from "./answer.js";
import { duration, formatted, whole } from "./format.js";
import { inputAt } from "./grid.js";
import { stage } from "./stage.js";
import { _ } from "./texts.js";

const STATUS = {
  queued: _("queued"),
  starting: _("starting"),
  running: _("running"),
  paused: _("paused"),
  finished: _("finished"),
  stopped: _("stopped"),
  diverged: _("diverged"),
  failed: _("failed"),
  interrupted: _("interrupted"),
};

const CONNECTION = {
  lost: _("connection lost: coming back by itself"),
  plain: _("by plain requests: no socket gets through"),
  deleted: _("this run was deleted"),
  expired: _("asking the page for a new permit"),
  refused: _("the server refuses to send this run: reload the page"),
};

// The page's framework holds on to its text nodes: they are changed, never replaced.
export function set(element, text) {
  if (element.textContent === text) return;
  if (element.childNodes.length === 1 && element.firstChild.nodeType === Node.TEXT_NODE) {
    element.firstChild.nodeValue = text;
  } else element.textContent = text;
}

let says = () => null; // the line of the run as it is now; null: the page's stands
let statusElement = null; // where it stands
const keeper = new MutationObserver(() => writeStatus(says()));

/** Write the status line: the run's, again whenever the page writes its own, which was made before the newest events.
 * @param {function(): ?string} line of a run; null where none has begun
 * @param {?string} otherwise the page's line, for then: a newer one of the page's own takes its place
 */
export function sayStatus(line, otherwise) {
  says = line;
  const found = document.querySelector(".st-key-status");
  if (found !== statusElement) {
    keeper.disconnect();
    if (found) keeper.observe(found, { characterData: true, childList: true, subtree: true });
    statusElement = found;
  }
  writeStatus(line() ?? otherwise);
}

function writeStatus(said) {
  const element = statusElement?.querySelector("p");
  if (element && said) set(element, said);
}

/** The line of a run that has begun or waits; null of any other. */
export const lineOf = (shown) =>
  shown.run && (shown.history.started || shown.status === "queued") ? statusLine(shown) : null;

// How the run stands, as nnlab/ui/lab/run_controls.py says it.
function statusLine({ status, history, scene, place }) {
  const word = STATUS[status] ?? status;
  if (status === "queued") return place ? _("queued · place {place}", { place }) : word;
  const step = whole(history.step);
  if (scene.past !== null) {
    return _("{status} · looking at step {past} of {step}", { status: word, past: whole(scene.past), step });
  }
  const line = _("{status} · epoch {epoch} · step {step}", { status: word, epoch: whole(history.epoch), step });
  if (history.started?.nets) return sweepLine(line, status, history);
  const speed = status === "running" ? history.speed() : null;
  if (speed === null) return line;
  if (whole(speed) === "1") return _("{line} · 1 step/s", { line });
  return _("{line} · {speed} steps/s", { line, speed: whole(speed) });
}

// As nnlab/ui/sweep/sentence.py says it.
function sweepLine(line, status, history) {
  return history.started.device ? netsLine(line, status, history) : trialsLine(status, history);
}

// A search runs on no device: its trials do.
function trialsLine(status, { started, step, seconds }) {
  const done = _("{status} · {done} of {count} networks", {
    status: STATUS[status] ?? status,
    done: whole(step),
    count: whole(started.nets),
  });
  const left = step ? ((started.nets - step) * seconds) / step : NaN;
  if (status !== "running" || !(left >= 0)) return done;
  return [done, _("about {time} left", { time: duration(left) })].join(" · ");
}

function netsLine(line, status, { started, diverged, step, seconds }) {
  const nets = started.nets === 1 ? _("1 network") : _("{n} networks", { n: whole(started.nets) });
  const parts = [line, nets];
  if (diverged.size) parts.push(_("{count} diverged", { count: whole(diverged.size) }));
  const left = ((started.total_steps - step) * seconds) / step;
  if (status === "running" && step && left >= 0) parts.push(_("about {time} left", { time: duration(left) }));
  return parts.join(" · ");
}

export const connectionWord = ({ connection, why }) =>
  CONNECTION[connection] ? [CONNECTION[connection], why].filter(Boolean).join(": ") : "";

// Each kind of marked element: what it says now, and its tooltip with all digits; null: leave it.
const KINDS = {
  figure({ dataset }, { history, pinned }) {
    if (pinned) return null;
    const value = history.latest(dataset.name);
    const shown = dataset.variance && value !== null ? 1 - value / Number(dataset.variance) : value;
    return [formatted(shown, dataset.form), shown === null ? null : String(shown)];
  },
  weight({ dataset }, { tensors }) {
    const tensor = tensors?.get(dataset.tensor);
    if (!tensor) return null;
    const index = dataset.at.split(",").reduce((sum, i, axis) => sum * (tensor.shape[axis] ?? 1) + Number(i), 0);
    return [formatted(tensor.data[index], dataset.form), String(tensor.data[index])];
  },
};

const timeLeft = (seconds) =>
  seconds < 60
    ? _("{seconds} s left", { seconds: seconds.toFixed(0) })
    : _("{duration} left", { duration: duration(seconds) });

/** How far a run with a budget is, and how long it will take. */
function sayProgress(element, { history, status }) {
  const { started, step, epoch } = history,
    total = started.total_steps;
  const texts = [
    _("epoch {epoch} of {epochs} · step {step} of {total}", {
      epoch: whole(epoch),
      epochs: whole(Math.ceil(total / started.steps_per_epoch)),
      step: whole(step),
      total: whole(total),
    }),
  ];
  const speed = history.speed();
  if (status === "running") {
    texts.push(speed ? timeLeft((total - step) / speed) : _("time left …"));
  } else if (status !== "starting") texts.push(duration(history.seconds));
  set(element.querySelector("p"), texts.join(" · "));
  const percents = Math.min(100, (100 * step) / total).toFixed(1),
    bar = element.querySelector("[role=progressbar]");
  bar.setAttribute("aria-valuenow", percents);
  bar.firstElementChild.style.width = `${percents}%`;
}

/** Write what came with a frame's events. Elements of another run are the page's: it is on its way. */
export function sayNews(stage) {
  sayStatus(() => lineOf(stage), stage.scene?.line);
  if (!stage.run || !stage.history.started) return;
  const run = CSS.escape(stage.run);
  write(document.querySelectorAll(`[data-live=figure][data-run="${run}"]`), stage);
  for (const element of document.querySelectorAll(`[data-live=progress][data-run="${run}"]`)) {
    sayProgress(element, stage);
  }
}

/** Write what changes with the weights that are drawn. */
export function sayWeights(stage) {
  write(document.querySelectorAll("[data-live=weight]"), stage);
  if (stage.status === "running") sayAnswer(stage);
}

function write(elements, stage) {
  for (const element of elements) {
    const said = KINDS[element.dataset.live](element, stage);
    if (!said) continue;
    const [text, title] = said;
    set(element, text);
    if (title && element.title !== title) element.title = title;
  }
}

// The place that is pointed at ------------------------------------------------------------------------

let pointed = null;

/** The pointer is at a place of the plane, or has left it (null). */
export function pointAt(place) {
  pointed = place;
  const line = document.querySelector("[data-live=pointed]");
  if (!place && line) set(line, line.dataset.hint);
  else sayAnswer(stage);
}

// The network's answer there, until PyTorch's own digits follow.
function sayAnswer(stage) {
  const line = document.querySelector("[data-live=pointed]");
  const space = stage.scene?.network?.space;
  if (!line || !pointed || !space || !stage.tensors) return;
  const x = new Float32Array(space.inputs);
  inputAt(x, 0, pointed[0], pointed[1], space.cut);
  const outputs = stage
    .evaluate({ x, n: 1 })
    .outputs()
    .map(([value]) => value);
  const names = JSON.parse(line.dataset.names);
  const answer = answerOf(outputs, names);
  const [across, up] = pointed.map((value) => value.toFixed(2));
  set(line, space.cut ? _("here: {answer}", { answer }) : `x₁ ${across}, x₂ ${up} → ${answer}`);
}
