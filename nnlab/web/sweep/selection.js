// Which nets are brushed, and where: one selection for all views.

export class Selection {
  constructor() {
    this.clear();
  }

  /** Nobody is brushed: all count. */
  clear() {
    this.mask = null; // Uint8Array [nets]
    this.by = null; // the view that the brush is in
    this.count = 0;
  }

  /** Let a view select nets: `mask` [nets] of 0 and 1, null for none. */
  set(mask, by) {
    if (!mask) return this.clear();
    this.mask = mask;
    this.by = by;
    this.count = mask.reduce((sum, one) => sum + one, 0);
  }

  has(net) {
    return !this.mask || this.mask[net] === 1;
  }

  /** The mean of the selected nets' values, of all without a brush; NaN where none has one. */
  mean(values) {
    let sum = 0,
      count = 0;
    for (let net = 0; net < values.length; net++) {
      if (!this.has(net) || !Number.isFinite(values[net])) continue;
      sum += values[net];
      count += 1;
    }
    return count ? sum / count : NaN;
  }
}

/** A mask [count] in which these nets are 1. */
export function maskOf(count, nets) {
  const mask = new Uint8Array(count);
  for (const net of nets) mask[net] = 1;
  return mask;
}
