// In which order the tiles of a list stand, and what is said of it.

import { _ } from "../texts.js";

/** The nets in the order of the tiles.
 * @param {object} room what the sweep's views share
 * @returns {number[]}
 */
export function orderOf({ scene, sort, figures, varied, metric, of }) {
  const nets = [...scene.places.keys()];
  if (sort === "grid") {
    const { places, axes } = varied;
    return axes.length === 1 ? nets.sort((a, b) => places[a][0] - places[b][0]) : nets;
  }
  if (sort !== "metric") return nets.sort((a, b) => scene.places[a][sort] - scene.places[b][sort] || a - b);
  const ranks = figures.ranks(metric, of),
    last = nets.length + 1;
  return nets.sort((a, b) => (ranks[a] || last) - (ranks[b] || last) || a - b);
}

/** The line above the tiles: what rows and columns are, or by what a list is sorted. */
export function headingOf({ scene: { axes, follows }, varied: { axes: varied }, sort, isEmpty, figures, sortedAt }) {
  if (sort === "grid" && varied.length === 2) {
    return _("Rows: {rows} · columns: {columns}", { rows: varied[0].name, columns: varied[1].name });
  }
  if (sort === "grid") return _("In the order of {axis}", { axis: varied[0].name });
  if (sort !== "metric") return _("In the order of {axis}", { axis: axes[Number(sort)]?.name ?? "" });
  if (isEmpty || (follows && figures.hasEvents && !sortedAt)) return _("In the order of the networks"); // not sorted yet
  if (!follows || !sortedAt) return _("The best first");
  return _("The best first, as of step {step}", { step: sortedAt.toLocaleString("en") });
}
