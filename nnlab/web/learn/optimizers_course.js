// How far above the lowest each optimizer is after each step, on a logarithmic scale.

import { number } from "../format.js";

const SMALLEST = 1e-9; // of the largest height: what lies lower is drawn there
const MARGIN = { left: 58, right: 8, top: 6, bottom: 20 };

/** The heights above the lowest value that anybody reached, and their range.
 * @param {{values: Float64Array}[]} racers
 * @param {number} lowest of the function, where it is known; it may be NaN
 */
export function heightsOf(racers, lowest) {
  let [low, high] = [Number.isNaN(lowest) ? Infinity : lowest, 0];
  for (const { values } of racers) for (const value of values) if (value < low) low = value;
  const finite = racers.map(({ values }) => Array.from(values, (value) => value - low));
  const starts = finite.map((heights) => heights[0]).filter(Number.isFinite);
  high = 10 * Math.max(SMALLEST, ...starts); // who goes higher leaves the picture
  let least = high;
  for (const heights of finite) {
    for (const height of heights) if (height > 0 && height < least) least = height;
  }
  return { heights: finite, range: [Math.max(least, high * SMALLEST), high] };
}

/** Draw the curves, and a line at the step that is looked at. */
export function paintCourse(pen, racers, { heights, range }, { width, height, steps, step, ink, family }) {
  const box = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const [low, high] = range.map(Math.log10),
    span = high - low || 1;
  const x = (i) => box.left + (box.width * i) / steps;
  const y = (value) => box.top + box.height * (1 - (Math.log10(Math.max(value, range[0])) - low) / span);
  pen.font = `12px ${family}`;
  pen.fillStyle = pen.strokeStyle = ink;
  pen.textAlign = "right";
  for (const [value, base] of [
    [range[0], "bottom"],
    [range[1], "top"],
  ]) {
    pen.textBaseline = base;
    pen.fillText(number(value, 1), box.left - 5, y(value), MARGIN.left - 6);
  }
  pen.textBaseline = "top";
  for (const [at, align] of [
    [0, "left"],
    [steps, "right"],
  ]) {
    pen.textAlign = align;
    pen.fillText(number(at), x(at), box.top + box.height + 5);
  }
  pen.lineWidth = 1;
  pen.globalAlpha = 0.5;
  pen.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  pen.globalAlpha = 1;
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.width, box.height);
  pen.clip();
  racers.forEach(({ colour, isShown }, k) => {
    if (!isShown) return;
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    heights[k].forEach((value, i) => Number.isFinite(value) && pen.lineTo(x(i), y(value)));
    pen.stroke();
  });
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  pen.setLineDash([4, 3]);
  pen.beginPath();
  pen.moveTo(x(step), box.top);
  pen.lineTo(x(step), box.top + box.height);
  pen.stroke();
  pen.restore();
}
