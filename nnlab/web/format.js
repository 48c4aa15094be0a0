// Numbers as Python's formats write them, so that a number reads the same whoever wrote it.

import { _ } from "./texts.js";

const commas = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** `1,200` */
export const whole = (value) => commas.format(value);

/** As Python's `.4g`, `.1%` and `.4f`: a dash for null. */
export function formatted(value, form) {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const digits = Number(form.slice(1, -1));
  if (form.endsWith("%")) return `${(100 * value).toFixed(digits)}%`;
  if (form.endsWith("f")) return value.toFixed(digits);
  return general(value, digits);
}

function general(value, digits) {
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return trimmed(value.toFixed(digits - 1 - exponent));
  return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** `4.2 s`, `3 min 20 s`, `2 h 05 min`, as nnlab/ui/words.py says it. */
export function duration(seconds) {
  if (seconds < 59.95) return _("{seconds} s", { seconds: seconds.toFixed(1) });
  const rest = Math.round(seconds), minutes = Math.floor(rest / 60);
  const two = (value) => String(value % 60).padStart(2, "0");
  if (minutes < 60) return _("{minutes} min {seconds} s", { minutes, seconds: two(rest) });
  return _("{hours} h {minutes} min", { hours: Math.floor(minutes / 60), minutes: two(minutes) });
}
