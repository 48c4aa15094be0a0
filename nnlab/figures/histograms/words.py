"""Descriptions of the ridgelines, with readable numbers."""

from collections.abc import Sequence

from nnlab.texts import _


def describe_histograms(
    steps: Sequence[int], spreads: Sequence[float], layer: int, values: str, low: float, high: float
) -> str:
    """Describe the range of the values, and the change of their spread.

    Args:
        steps: of the moments.
        spreads: the standard deviation of the values at each of them.
        layer: from 1.
        values: what is counted.
        low: the smallest value of all moments.
        high: the largest.
    """
    said = _(
        "{values} of layer {layer} at {n} moments from step {first:,} to {last:,}, the newest in"
        " front, between {low} and {high}.",
        values=values,
        layer=layer,
        n=len(steps),
        first=steps[0],
        last=steps[-1],
        low=plain(low),
        high=plain(high),
    )
    if len(steps) < 2:
        return said
    went = _(
        "Their spread (standard deviation) went from {before} to {after}.",
        before=plain(spreads[0]),
        after=plain(spreads[-1]),
    )
    return f"{said} {went}"


def plain(value: float) -> str:
    """Three digits as people write them: `0.0312`, `1,200`, `3.2×10⁻⁷`."""
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        digits = f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
        return digits.replace("-", "−")
    mantissa, exponent = f"{value:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}×10{raised}".replace("-", "−")
