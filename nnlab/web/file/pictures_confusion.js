// Of each class what the network reads its pictures as: a table whose cells show those pictures.

import { _ } from "../texts.js";
import { made } from "./shell.js";

/** @param {number[]} labels
 * @param {number[]} answers
 * @param {string[]} names of the classes
 * @param {(cell: [number, number] | null) => void} choose told of a cell that was pressed, null: of none any more
 */
export function confusion(labels, answers, names, choose) {
  const count = names.length,
    counts = names.map(() => new Array(count).fill(0));
  labels.forEach((label, place) => (counts[label][answers[place]] += 1));
  const right = labels.filter((label, place) => label === answers[place]).length;
  let pressed = null;
  const press = (button, cell) => {
    const isSame = pressed === button;
    pressed?.setAttribute("aria-pressed", "false");
    pressed = isSame ? null : button;
    pressed?.setAttribute("aria-pressed", "true");
    choose(isSame ? null : cell);
  };
  const rows = counts.map((row, label) => {
    const total = row.reduce((sum, one) => sum + one, 0);
    const cells = row.map((found, answer) => {
      const button = made("button", { type: "button", disabled: !found, "aria-pressed": "false" }, String(found));
      const colour = label === answer ? "var(--blue)" : "var(--orange)";
      button.style.background = found
        ? `color-mix(in srgb, ${colour} ${Math.round(15 + (60 * found) / total)}%, transparent)`
        : "";
      button.setAttribute(
        "aria-label",
        _("{found} of {truth} read as {answer}", { found, truth: names[label], answer: names[answer] }),
      );
      button.onclick = () => press(button, [label, answer]);
      return made("td", {}, button);
    });
    return made("tr", {}, made("th", { scope: "row" }, names[label]), ...cells);
  });
  const heads = made(
    "tr",
    {},
    made("th", {}, _("is ╲ read as")),
    ...names.map((name) => made("th", { scope: "col" }, name)),
  );
  const table = made("table", {}, made("thead", {}, heads), made("tbody", {}, ...rows));
  const said = _("{right} of {all} are read right. Press a cell to see its pictures.", { right, all: labels.length });
  return made(
    "section",
    { className: "confusion" },
    made("h2", {}, _("Confusion")),
    made("p", { className: "word" }, said),
    made("div", { className: "wide" }, table),
  );
}
