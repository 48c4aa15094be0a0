// Students as the wall orders, counts and names them: pure functions of what the server told.

import { formatted, whole } from "../format.js";
import { _ } from "../texts.js";

/** The word and the mark of each judgement, so that no colour carries it alone. */
export const JUDGEMENTS = {
  not_begun: { word: _("not begun"), mark: "○" },
  training: { word: _("trains"), mark: "▶" },
  stuck: { word: _("stuck"), mark: "!" },
  diverged: { word: _("diverged"), mark: "✕" },
  paused: { word: _("paused"), mark: "‖" },
  done: { word: _("done"), mark: "■" },
};

const WAITS = { queued: _("queued"), starting: _("starting") };

/** Those that ask for the lecturer, each a filter. */
export const FILTERS = ["not_begun", "stuck", "diverged"];

const accuracy = ({ val_accuracy: val, train_accuracy: train }) => val ?? train ?? null;
const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" }).compare;

/** How a student is called: by name, or in front of all by a number that stays. */
export const nameOf = ({ name, number }, isHidden) => (isHidden ? _("Student {number}", { number }) : name);

/** The persons in an order: by `name`, by `accuracy` (highest first, none last) or by `activity` (newest first).
 * @param {object[]} students
 * @returns {string[]} equal ones by their numbers
 */
export function ordered(students, by, isHidden = false) {
  const last = (value) => (value === null || value === undefined ? -Infinity : value);
  const ways = {
    name: (a, b) => (isHidden ? 0 : compare(a.name, b.name)),
    accuracy: (a, b) => last(accuracy(b)) - last(accuracy(a)) || 0,
    activity: (a, b) => (b.run ? b.since : 0) - (a.run ? a.since : 0),
  };
  return [...students].sort((a, b) => ways[by](a, b) || a.number - b.number).map(({ person }) => person);
}

/** An order that was made before, with those that are gone left out and those that came at its end: nothing jumps. */
export function kept(order, students) {
  const here = new Set(students.map(({ person }) => person)),
    known = new Set(order);
  const added = students.filter(({ person }) => !known.has(person)).sort((a, b) => a.number - b.number);
  return [...order.filter((person) => here.has(person)), ...added.map(({ person }) => person)];
}

/** How many are in each judgement. */
export function counted(students) {
  const counts = Object.fromEntries(Object.keys(JUDGEMENTS).map((word) => [word, 0]));
  for (const { judgement } of students) counts[judgement] += 1;
  return counts;
}

/** The status in a word. */
export const wordOf = ({ status, judgement }) => WAITS[status] ?? JUDGEMENTS[judgement].word;

/** The accuracy as a tile says it; of a regression the loss. */
export function figureOf(student) {
  const share = accuracy(student);
  if (share !== null) return formatted(share, ".1%");
  const loss = student.val_loss ?? student.train_loss ?? null;
  return loss === null ? "–" : _("loss {loss}", { loss: formatted(loss, ".2g") });
}

/** `12 s`, `4 min`: since when nothing has come of them. */
export function ago(seconds) {
  if (!(seconds >= 0)) return "";
  if (seconds < 60) return _("{seconds} s", { seconds: Math.floor(seconds) });
  return _("{minutes} min", { minutes: Math.floor(seconds / 60) });
}

/** All that a tile says, for who does not see it and for who points at it. */
export function saidOf(student, scene, now, isHidden) {
  const { run, step, epoch, why, since } = student;
  const parts = [nameOf(student, isHidden), wordOf(student)];
  if (run) {
    parts.push(
      scene?.title ?? "",
      _("epoch {epoch}, step {step}", { epoch: whole(epoch), step: whole(step) }),
      figureOf(student),
    );
    if (student.judgement === "training" && student.status === "running") parts.push(_("trains now"));
    else parts.push(_("last step {time} ago", { time: ago(now - since) }));
  } else parts.push(_("joined {time} ago", { time: ago(now - since) }));
  if (why) parts.push(why);
  return parts.filter(Boolean).join("; ");
}
