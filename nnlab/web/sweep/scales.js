// Where a value stands on an axis of a chart, from 0 to 1, and which values are written beside it.

import { number } from "../format.js";

const FEW = 9; // values of an axis that are all written

/** The scale of an axis of the sweep, by the places of its values.
 *
 * @param {{values: string[], numbers: number[] | null, scale: string}} axis
 * @returns {{at: (place: number) => number, ticks: {at: number, text: string}[]}}
 */
export function axisScale({ values, numbers, scale }) {
  const isLog = scale === "log" && numbers?.every((value) => value > 0);
  const placed = numbers ? numbers.map((value) => (isLog ? Math.log(value) : value)) : [...values.keys()];
  const low = Math.min(...placed),
    high = Math.max(...placed),
    wide = high - low;
  const ats = placed.map((value) => (wide > 0 ? (value - low) / wide : 0.5));
  const every = Math.ceil(values.length / FEW);
  const ticks = values.map((text, place) => ({ at: ats[place], text }));
  return { at: (place) => ats[place], ticks: ticks.filter((_tick, i) => i % every === 0 || i === ticks.length - 1) };
}

/** The scale of a metric: a logarithm where all values are positive and it is a loss.
 *
 * @param {Iterable<number>} values what is no number does not count
 * @param {boolean} wantsLog
 * @param {boolean} [isShare] its ticks are written in percent
 * @returns {{at: (value: number) => number, value: (at: number) => number, ticks: {at: number, text: string}[],
 *   isLog: boolean, low: number, high: number}}
 */
export function metricScale(values, wantsLog, isShare = false) {
  let low = Infinity,
    high = -Infinity,
    least = Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0 && value < least) least = value;
  }
  if (!(low <= high)) [low, high] = [0, 1];
  const isLog = wantsLog && low > 0;
  const move = isLog ? Math.log10 : (value) => value,
    back = isLog ? (value) => 10 ** value : (value) => value;
  let [from, to] = [move(low), move(high)];
  if (to - from < 1e-9) [from, to] = [from - 0.5, to + 0.5];
  const slack = 0.04 * (to - from);
  [from, to] = [from - slack, to + slack];
  const at = (value) => (move(value) - from) / (to - from);
  const shown = isLog ? decades(from, to) : evenly(from, to);
  const ticks = shown.map((value) => ({
    at: at(value),
    text: isShare ? `${Number((100 * value).toPrecision(4))}%` : number(value),
  }));
  return { at, value: (share) => back(from + share * (to - from)), ticks, isLog, low, high };
}

/** Round numbers along an axis from a value to another, with no slack: where each stands, from 0 to 1. */
export function valueScale([low, high]) {
  if (!(high > low)) return [];
  return evenly(low, high).map((value) => ({ at: (value - low) / (high - low), text: number(value) }));
}

function decades(from, to) {
  const found = [],
    steps = to - from > 3 ? [1] : to - from > 1 ? [1, 3] : [1, 2, 3, 5, 7];
  const every = Math.max(1, Math.ceil((to - from) / 5));
  for (let power = Math.floor(from); power <= to; power += 1) {
    if (power % every) continue;
    for (const step of steps) {
      const place = power + Math.log10(step);
      if (place >= from && place <= to) found.push(step * 10 ** power);
    }
  }
  return found.length > 1 ? found : [10 ** from, 10 ** to];
}

function evenly(from, to) {
  const rough = (to - from) / 4,
    power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => rough <= factor * power);
  const found = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}
