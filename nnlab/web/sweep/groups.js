// Which nets stand for one line of the curves: those that differ in their seeds alone, where that is few.

import { _ } from "../texts.js";

export const MOST = 8; // combinations that are told apart at once
const MOST_VALUES = 12; // of one axis; beyond, neighbours go together
const RANGES = 8;

/** The groups of nets, of which curves are means.
 *
 * @param {object[]} axes of the scene
 * @param {number[][]} places [nets]: of each, the index of its value on each axis
 * @param {string} [chosen] `""`: by each combination where there are at most `MOST`, else by the first
 *   axis that is no seed; else the number of an axis
 * @returns {{names: string[], of: Int16Array, by: number[]}} `of` [nets]: each one's group; `by`: the axes
 *   that tell groups apart
 */
export function groupsOf(axes, places, chosen = "") {
  const apart = [...axes.keys()].filter((axis) => !axes[axis].is_seed);
  if (chosen === "" && apart.length) {
    const all = byCombination(axes, places, apart);
    if (all.names.length <= MOST) return all;
  }
  if (chosen === "" && !apart.length) {
    return { names: [_("all networks")], of: new Int16Array(places.length), by: [] };
  }
  return byAxis(axes, places, chosen === "" ? apart[0] : Number(chosen));
}

function byCombination(axes, places, by) {
  const found = new Map(),
    of = new Int16Array(places.length),
    keys = new Map();
  places.forEach((place) => {
    const key = by.map((axis) => place[axis]).join();
    if (!found.has(key)) {
      found.set(key, by.map((axis) => axes[axis].values[place[axis]]).join(" · "));
      keys.set(
        key,
        by.map((axis) => place[axis]),
      );
    }
  });
  const order = [...found.keys()].sort((a, b) => compare(keys.get(a), keys.get(b)));
  const number = new Map(order.map((key, i) => [key, i]));
  places.forEach((place, net) => (of[net] = number.get(by.map((axis) => place[axis]).join())));
  return { names: order.map((key) => found.get(key)), of, by };
}

const compare = (a, b) => a.reduce((found, value, i) => found || value - b[i], 0);

function byAxis(axes, places, axis) {
  const { values } = axes[axis],
    count = values.length;
  if (count <= MOST_VALUES) {
    return { names: [...values], of: Int16Array.from(places, (place) => place[axis]), by: [axis] };
  }
  const groupOf = (place) => Math.floor((place * RANGES) / count);
  const names = Array.from({ length: RANGES }, (_group, group) => {
    const first = Math.ceil((group * count) / RANGES),
      last = Math.ceil(((group + 1) * count) / RANGES) - 1;
    return first === last ? values[first] : _("{first} to {last}", { first: values[first], last: values[last] });
  });
  return { names, of: Int16Array.from(places, (place) => groupOf(place[axis])), by: [axis] };
}
