// Light that falls off evenly over a paper: a surface of second degree through it, by least squares.

import { NotReproduced } from "./greyscale.js";
import { _ } from "../texts.js";

const FITTED = 150; // pixels of the longer side that are enough to see how the light falls
const ROUNDS = 4;

/** The shade of the surface at each pixel, float32 [height × width]: through the border at first, then through all
 * that lies near it.
 * @throws {NotReproduced} the picture is so small that many surfaces fit
 */
export function shading({ width, height, values }) {
  const [across, down] = [places(width), places(height)];
  const every = Math.max(1, Math.floor(Math.max(width, height) / FITTED));
  const rows = Math.ceil(height / every),
    columns = Math.ceil(width / every),
    count = rows * columns;
  const seen = new Float64Array(count),
    terms = new Float64Array(6 * count),
    edge = new Uint8Array(count);
  const high = Math.max(1, Math.floor(rows / 12)),
    wide = Math.max(1, Math.floor(columns / 12));
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      seen[at] = values[row * every * width + column * every];
      setTerms(terms, 6 * at, down[row * every], across[column * every]);
      edge[at] = Number(row < high || row >= rows - high || column < wide || column >= columns - wide);
    }
  }
  let trusted = edge,
    fit = null;
  for (let round = 0; round < ROUNDS; round++) {
    fit = leastSquares(terms, seen, trusted);
    const error = seen.map((value, at) => Math.abs(value - clip(surface(terms, 6 * at, fit))));
    const atEdge = error.filter((_error, at) => edge[at]).sort();
    const middle = atEdge.length >> 1;
    const typical = atEdge.length % 2 ? atEdge[middle] : (atEdge[middle - 1] + atEdge[middle]) / 2;
    // Ink is an outlier of the paper; 3 standard deviations by the median, at least 2 %.
    const most = Math.max(0.02, 3 * 1.4826 * typical);
    trusted = Uint8Array.from(error, (each) => Number(each <= most));
    if (trusted.reduce((sum, is) => sum + is, 0) < 6) break;
  }
  const found = new Float32Array(width * height),
    six = new Float64Array(6);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      setTerms(six, 0, down[row], across[column]);
      found[at] = clip(surface(six, 0, fit));
    }
  }
  return found;
}

const clip = (value) => Math.min(1, Math.max(0, value));

// From -1 to 1.
function places(count) {
  const step = 2 / (count - 1);
  return Float64Array.from({ length: count }, (_place, i) => (i > 0 && i === count - 1 ? 1 : i ? i * step - 1 : -1));
}

// All products of row and column up to the second degree.
function setTerms(terms, at, row, column) {
  terms[at] = 1;
  terms[at + 1] = row;
  terms[at + 2] = column;
  terms[at + 3] = row * row;
  terms[at + 4] = row * column;
  terms[at + 5] = column * column;
}

function surface(terms, at, fit) {
  let sum = 0;
  for (let i = 0; i < 6; i++) sum += terms[at + i] * fit[i];
  return sum;
}

// By the normal equations in float64, solved by Gauss with the largest pivots.
function leastSquares(terms, seen, trusted) {
  const rows = Array.from({ length: 6 }, () => new Float64Array(7));
  for (let at = 0; at < seen.length; at++) {
    if (!trusted[at]) continue;
    for (let i = 0; i < 6; i++) {
      const term = terms[6 * at + i];
      for (let j = 0; j < 6; j++) rows[i][j] += term * terms[6 * at + j];
      rows[i][6] += term * seen[at];
    }
  }
  const whole = rows[0][0];
  for (let i = 0; i < 6; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]) > Math.abs(best[i]) ? row : best));
    if (!(Math.abs(pivot[i]) > 1e-9 * whole)) {
      throw new NotReproduced(_("the picture is too small for its light to be told from its ink here"));
    }
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(i, 0, pivot);
    for (const row of rows.slice(i + 1)) {
      const share = row[i] / pivot[i];
      for (let j = i; j < 7; j++) row[j] -= share * pivot[j];
    }
  }
  const fit = new Float64Array(6);
  for (let i = 5; i >= 0; i--) {
    let rest = rows[i][6];
    for (let j = i + 1; j < 6; j++) rest -= rows[i][j] * fit[j];
    fit[i] = rest / rows[i][i];
  }
  return fit;
}
