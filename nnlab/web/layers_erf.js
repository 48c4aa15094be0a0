// The error function, which JavaScript does not have.

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt, to 1e-15 of its value; ±1 beyond 6, NaN of NaN.
 *
 * The rational functions of W. J. Cody, Rational Chebyshev approximations for the error function,
 * Mathematics of Computation 23 (1969), 631–637, with the coefficients of his program CALERF
 * (https://www.netlib.org/specfun/erf). His third, beyond 4, is left out: 1 − erf(4) is 1.5e-8.
 */
export function erf(x) {
  const size = x < 0 ? -x : x;
  if (size <= 0.46875) return near(x);
  if (size > 6) return x < 0 ? -1 : 1;
  const found = 1 - Math.exp(-x * x) * beyond(size);
  return x < 0 ? -found : found;
}

function near(x) {
  const s = x * x;
  // biome-ignore format: one coefficient after another, as in the source
  const above = 3.20937758913846947e3 + s * (3.77485237685302021e2 + s * (1.13864154151050156e2
    + s * (3.16112374387056560 + s * 1.85777706184603153e-1)));
  // biome-ignore format: one coefficient after another, as in the source
  const below = 2.84423683343917062e3 + s * (1.28261652607737228e3 + s * (2.44024637934444173e2
    + s * (2.36012909523441209e1 + s)));
  return (x * above) / below;
}

function beyond(x) {
  // biome-ignore format: one coefficient after another, as in the source
  const above = 1.23033935479799725e3 + x * (2.05107837782607147e3 + x * (1.71204761263407058e3
    + x * (8.81952221241769090e2 + x * (2.98635138197400131e2 + x * (6.61191906371416295e1
    + x * (8.88314979438837594 + x * (5.64188496988670089e-1 + x * 2.15311535474403846e-8)))))));
  // biome-ignore format: one coefficient after another, as in the source
  const below = 1.23033935480374942e3 + x * (3.43936767414372164e3 + x * (4.36261909014324716e3
    + x * (3.29079923573345963e3 + x * (1.62138957456669019e3 + x * (5.37181101862009858e2
    + x * (1.17693950891312499e2 + x * (1.57449261107098347e1 + x)))))));
  return above / below;
}
