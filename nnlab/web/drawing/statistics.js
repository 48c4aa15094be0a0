// Order statistics of float32 as NumPy gives them, and Otsu's threshold.

/** The median: of an even count the mean of the two in the middle, in float32.
 * @param {Float32Array} values at least one; their order is lost
 */
export function median(values) {
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 ? values[middle] : Math.fround(Math.fround(values[middle - 1] + values[middle]) / 2);
}

/** The value below which a share of them lies, between two of them in a straight line, in float32.
 * @param {Float32Array} values at least one; their order is lost
 * @param {number} share 0 to 1
 */
export function quantile(values, share) {
  values.sort();
  const place = (values.length - 1) * share,
    before = Math.floor(place),
    part = place - before;
  if (before >= values.length - 1) return values.at(-1);
  const low = values[before],
    high = values[before + 1],
    rise = Math.fround(high - low);
  return part < 0.5
    ? Math.fround(low + Math.fround(rise * Math.fround(part)))
    : Math.fround(high - Math.fround(rise * Math.fround(1 - part)));
}

/** The values above a level, in an array of their own. */
export function above(values, level) {
  const found = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > level) found[count++] = values[i];
  return found.slice(0, count);
}

/** The largest. */
export function maximum(values) {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}

/** The threshold that parts two groups best (N. Otsu, IEEE SMC 9, 1979), of values from 0 on; those above 1 do not count. */
export function otsu(values) {
  const counts = new Float64Array(256);
  for (let i = 0; i < values.length; i++) if (values[i] <= 1) counts[Math.min(255, Math.floor(256 * values[i]))] += 1;
  const all = counts.reduce((total, count) => total + count, 0),
    sum = counts.reduce((total, count, bin) => total + count * ((2 * bin + 1) / 512), 0);
  let best = 0,
    most = -1,
    below = 0,
    sumBelow = 0;
  counts.forEach((count, bin) => {
    below += count;
    sumBelow += count * ((2 * bin + 1) / 512);
    const above = all - below;
    if (below === 0 || above === 0) return;
    const apart = (sum - sumBelow) / above - sumBelow / below;
    const between = below * above * (apart * apart);
    if (between > most) [most, best] = [between, (bin + 1) / 256];
  });
  return best;
}

/** To the nearest whole number; of two as near the even one. */
export function roundEven(value) {
  const below = Math.floor(value),
    rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 ? below + 1 : below;
}
