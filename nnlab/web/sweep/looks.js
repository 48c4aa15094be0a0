// The colours of a sweep's views, and how its figures are written where there is little room.

import { formatted, number } from "../format.js";
import { _ } from "../texts.js";

const METRICS = {
  train_loss: _("training loss"),
  train_accuracy: _("training accuracy"),
  val_loss: _("validation loss"),
  val_accuracy: _("validation accuracy"),
  test_loss: _("test loss"),
  test_accuracy: _("test accuracy"),
};

const REASONS = {
  completed: _("finished"),
  early_stopped: _("stopped early"),
  stopped: _("stopped"),
  diverged: _("diverged"),
  running: _("running"),
  waiting: _("waiting"),
  pruned: _("pruned"),
  finished: _("finished"),
  failed: _("failed"),
};

export const metricName = (metric) => METRICS[metric] ?? metric;
export const reasonName = (reason) => REASONS[reason] ?? reason;

/** A figure in a few letters: `0.0123`, `1.2e-7`, `97%`. */
export function short(value, metric) {
  if (!Number.isFinite(value)) return "–";
  if (metric.endsWith("accuracy")) return `${(100 * value).toFixed(value > 0.9995 || value < 0.1 ? 0 : 1)}%`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e4)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(3)));
}

/** A figure in full. */
export const full = (value, metric) =>
  Number.isFinite(value) ? (metric.endsWith("accuracy") ? formatted(value, ".2%") : number(value, 4)) : "–";

/** So many colours from a ramp, from its first to its last: CSS colours.
 * @param {string[]} ramp `#rrggbb`
 */
export function rampOf(ramp, count) {
  if (count === 1) return [ramp[Math.floor(ramp.length / 2)]];
  return Array.from({ length: count }, (_colour, i) => {
    const at = (i / (count - 1)) * (ramp.length - 1),
      first = Math.min(ramp.length - 2, Math.floor(at));
    return mixed(ramp[first], ramp[first + 1], at - first);
  });
}

function mixed(one, other, share) {
  const parts = [1, 3, 5].map((i) => {
    const [a, b] = [one, other].map((colour) => parseInt(colour.slice(i, i + 2), 16));
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

/** An element with text or children in it. */
export function made(kind, values = {}, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(values)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
