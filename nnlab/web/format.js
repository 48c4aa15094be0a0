// Numbers as nnlab/texts.py writes them, so that a number reads the same whoever wrote it.

import { _ } from "./texts.js";

const commas = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** `1,200` */
export const whole = (value) => commas.format(value);

/** As Python's `.1%` and `.4f`; for `.4g`, and what is very large, as `number` does; a dash for null. */
export function formatted(value, form) {
  if (value === null || value === undefined) return "–";
  const digits = Number(form.slice(1, -1));
  if (form.endsWith("g")) return number(value, digits);
  if (!Number.isFinite(value)) return number(value);
  if (form.endsWith("f") && Math.abs(value) >= LARGEST) return number(value, 4);
  return form.endsWith("%") ? `${(100 * value).toFixed(digits)}%` : value.toFixed(digits);
}

/** A number as people write it, rounded to some digits: the same as `number` of nnlab/texts.py. */
export function number(value, digits = 3) {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 ? "−" : "",
    size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (size === 0) return "0";
  const [mantissa, power] = size.toExponential(digits - 1).split("e");
  const rounded = Number(`${mantissa}e${power}`),
    exponent = Number(power);
  if (rounded >= 10 ** digits && size < LARGEST) return sign + whole(size); // a whole number keeps its digits
  if (rounded >= SMALLEST && rounded < LARGEST) {
    const [before, after] = rounded.toFixed(Math.max(0, digits - 1 - exponent)).split(".");
    return sign + trimmed(after ? `${whole(Number(before))}.${after}` : whole(Number(before)));
  }
  return `${sign}${trimmed(mantissa)} × 10${String(exponent).replace(/[-\d]/g, (digit) => SUPERSCRIPTS[digit])}`;
}

const [SMALLEST, LARGEST] = [1e-6, 1e6]; // numbers between them are written without a power of ten
const SUPERSCRIPTS = Object.fromEntries([..."-0123456789"].map((digit, i) => [digit, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));

const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** `4.2 s`, `3 min 20 s`, `2 h 05 min`, as nnlab/ui/words.py says it. */
export function duration(seconds) {
  if (seconds < 59.95) return _("{seconds} s", { seconds: seconds.toFixed(1) });
  const rest = Math.round(seconds),
    minutes = Math.floor(rest / 60);
  const two = (value) => String(value % 60).padStart(2, "0");
  if (minutes < 60) return _("{minutes} min {seconds} s", { minutes, seconds: two(rest) });
  return _("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: two(minutes) });
}
