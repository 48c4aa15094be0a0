// Bars in the place of a chart's own: as plotly draws those of nnlab/figures/pictures/digits.py, and moved in each frame.

import { bestOf } from "../drawing/reader.js";
import { percent } from "../drawing/words.js";

let shown = null; // the chart that has bars of ours over its own

/** Lay bars over the chart of a key.
 *
 * @param {string} key of the chart, an element of the page
 * @param {number[]} shares of each class
 * @param {string[]} names of the classes
 * @param {number} most bars: of more classes the likeliest are shown
 * @returns {boolean} whether the chart is there
 */
export function showBars(key, shares, names, most) {
  const plot = document.querySelector(`.st-key-${key} .nnlab-chart`),
    layout = plot?._fullLayout;
  if (!layout?.xaxis) return false;
  if (shown && shown.plot !== plot) hideBars();
  if (!shown) {
    shown = { plot, place: document.createElement("div"), rows: [] };
    shown.place.className = "nnlab-bars";
    shown.place.setAttribute("aria-hidden", "true");
    plot.append(shown.place);
    plot.classList.add("covered");
  }
  const order = shares.map((_share, i) => i).sort((one, other) => shares[other] - shares[one]);
  const which = order.slice(0, most).sort((one, other) => one - other);
  const isListed = shares.length <= most; // else the chart's own names are those of other classes
  if (shown.rows.length !== which.length || shown.isListed !== isListed) make(which.length, isListed);
  shown.place.classList.toggle("named", !isListed);
  place(layout, which.length);
  const best = bestOf(shares);
  which.forEach((index, row) => {
    const { line, bar, number, name } = shown.rows[row],
      share = Math.min(1, Math.max(0, shares[index]));
    line.classList.toggle("best", index === best);
    bar.style.transform = `scaleX(${share})`;
    number.style.transform = `translateX(${(share * shown.width).toFixed(1)}px)`;
    write(number, percent(shares[index]));
    if (name) write(name, names[index]);
  });
  return true;
}

/** The chart's own are seen again. */
export function hideBars() {
  shown?.place.remove();
  shown?.plot.classList.remove("covered");
  shown = null;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function make(count, isListed) {
  shown.isListed = isListed;
  shown.rows = Array.from({ length: count }, () => {
    const line = document.createElement("div"),
      bar = line.appendChild(document.createElement("i"));
    const number = line.appendChild(document.createElement("b"));
    const name = isListed ? null : line.appendChild(document.createElement("u"));
    return { line, bar, number, name };
  });
  shown.place.replaceChildren(...shown.rows.map(({ line }) => line));
}

// Only where the chart has another size: reading it in each frame would lay the page out again.
function place({ xaxis, yaxis }, count) {
  const size = [xaxis._offset, xaxis._length, yaxis._offset, yaxis._length, count].join(" ");
  if (shown.size === size) return;
  shown.size = size;
  shown.width = xaxis._length;
  const left = `${xaxis._offset}px`,
    top = `${yaxis._offset}px`;
  Object.assign(shown.place.style, { left, top, width: `${xaxis._length}px`, height: `${yaxis._length}px` });
}
