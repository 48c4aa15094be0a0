// What the colours and shapes of a recording's points mean.

import { number } from "../format.js";
import { _ } from "../texts.js";
import { isDark, made, whenThemeChanges } from "./shell.js";

/** The key of the plane: classes or a scale of values, and the shapes of what trains and validates.
 * @param {object} data of the page: `points`, `classNames`, `limit`
 * @param {boolean} validates whether there are points that validate
 * @returns {HTMLElement} */
export function legend({ points, classNames, limit }, validates) {
  const box = made("p", { className: "legend" });
  const draw = () =>
    box.replaceChildren(
      ...(classNames ? classes(classNames, points) : scale(points, limit)),
      sign("empty", null, _("train")),
      ...(validates ? [sign("empty-diamond", null, _("validation"))] : []),
    );
  whenThemeChanges(draw);
  draw();
  return box;
}

/** The key of the chart of a curve: its lines, and the shapes of the points.
 * @param {object} data of the page: `curve`
 * @param {boolean} validates whether there are points that validate
 * @returns {HTMLElement} */
export function fitLegend({ curve: { formula } }, validates) {
  const box = made("p", { className: "legend" }, sign("line", null, _("network")));
  if (formula) box.append(sign("dotted", null, _("formula")));
  box.append(sign("ink", null, _("train")));
  if (validates) box.append(sign("accent-diamond", null, _("validation")));
  return box;
}

const coloursOf = ({ colours }) => colours[isDark() ? "dark" : "light"];

const classes = (names, points) => names.map((name, i) => sign("", coloursOf(points)[i], name));

function scale(points, limit) {
  const ramp = made("span", { className: "ramp" });
  ramp.style.background = `linear-gradient(90deg, ${coloursOf(points).join(", ")})`;
  return [made("span", {}, number(-limit), ramp, number(limit))];
}

function sign(shape, colour, text) {
  const mark = made("i", { className: shape });
  if (colour) mark.style.background = colour;
  return made("span", {}, mark, text);
}
