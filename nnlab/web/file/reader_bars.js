// A bar for each class: its probability, by width and in digits.

import { bestOf } from "../drawing/reader.js";
import { percent } from "../drawing/words.js";
import { _ } from "../texts.js";
import { made } from "./shell.js";

/** @param {string[]} names of the classes
 * @returns {{element: HTMLElement, draw: (shares: number[] | null) => void}}
 */
export function makeBars(names) {
  const rows = names.map((name) => {
    const bar = made("i"),
      number = made("b");
    return { row: made("div", {}, made("u", {}, name), made("s", {}, bar), number), bar, number };
  });
  const element = made("div", { className: "bars", role: "img" }, ...rows.map(({ row }) => row));
  const draw = (shares) => {
    const best = shares ? bestOf(shares) : -1;
    rows.forEach(({ row, bar, number }, index) => {
      row.classList.toggle("best", index === best);
      bar.style.transform = `scaleX(${shares ? shares[index] : 0})`;
      const text = shares ? percent(shares[index]) : "";
      if (number.textContent !== text) number.textContent = text;
    });
    element.setAttribute(
      "aria-label",
      shares
        ? _("Probabilities: {all}", { all: names.map((name, i) => `${name} ${percent(shares[i])}`).join(", ") })
        : _("Probabilities: nothing is drawn yet."),
    );
  };
  return { element, draw };
}
