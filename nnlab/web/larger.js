// Charts and drawings for a hall: their letters are as large as the page's.

const USUAL = 14; // pixels of a chart's letters, as nnlab/figures/theme.py has them
const ACROSS = new Set(["l", "r", "t", "b"]);
const SHIFTS = new Set(["xshift", "yshift", "standoff"]);

/** How much larger than usual; 1 but for a presentation, whose style sets --nnlab-hall. */
export function enlargement() {
  const style = getComputedStyle(document.documentElement);
  return style.getPropertyValue("--nnlab-hall") ? Math.max(1, parseFloat(style.fontSize) / USUAL) : 1;
}

/** A plotly layout with its letters and the room for them enlarged; what was given stays as it is.
 * @param {object} layout
 * @param {number} factor */
export function larger(layout, factor) {
  return factor === 1 ? layout : enlarged(layout, "", factor);
}

function enlarged(value, name, factor) {
  if (Array.isArray(value)) return value.map((one) => enlarged(one, name, factor));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "number" && isPixels(name, key) ? inner * factor : enlarged(inner, key, factor),
    ]),
  );
}

const isPixels = (name, key) =>
  (key === "size" && /font$/i.test(name)) ||
  (ACROSS.has(key) && (name === "margin" || name === "pad")) ||
  SHIFTS.has(key);
