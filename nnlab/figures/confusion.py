"""Which classes a network takes for which, as a table of counts in colour."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.pictures.digits import LONGEST_NAME, percent
from nnlab.figures.theme import Spec
from nnlab.texts import _
from nnlab.visible import in_html

HEIGHT = 420
FEW = 6
"""Up to so many classes, a cell has room for the usual letters."""
SMALL = 12
EQUALLY_READABLE = 0.79
"""The share at which ink and white text have equal contrast with the cell (3.5 to 1)."""


def confusion_figure(
    counts: np.ndarray, class_names: Sequence[str], *, height: int = HEIGHT, dark: bool
) -> go.Figure:
    """Draw a confusion matrix: a row for each true class, a column for each predicted one.

    Each cell shows its count, if any. The colour is the share of the row, from neutral to blue, so
    that rare classes count as much as frequent ones.

    Args:
        counts: int [k, k], as `nnlab.insight.confusion` has it.
        class_names: k names.
        height: pixels.
        dark: the page's theme.
    """
    k = len(class_names)
    shares = _shares(counts)
    layout = _layout([_short(name) for name in class_names], height=height, dark=dark)
    size = theme.FONT_SIZE if k <= FEW or counts.max(initial=0) < 100 else SMALL
    layout["annotations"] = [
        _number(i, j, int(counts[i, j]), float(shares[i, j]), size, dark)
        for i in range(k)
        for j in range(k)
        if counts[i, j]
    ]
    return theme.figure([_heat(counts, shares, class_names, dark)], layout)


def _heat(counts: np.ndarray, shares: np.ndarray, class_names: Sequence[str], dark: bool) -> Spec:
    ticks = list(range(len(class_names)))
    return {
        "type": "heatmap",
        "z": shares.tolist(),
        "x": ticks,
        "y": ticks,
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, theme.neutral(dark)], [1, theme.BLUE]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "customdata": [
            [[in_html(class_names[i]), in_html(class_names[j]), int(counts[i, j])] for j in ticks]
            for i in ticks
        ],
        "hovertemplate": _(
            "{name} read as {said}: {count} ({share} of its class)",
            name="%{customdata[0]}",
            said="%{customdata[1]}",
            count="%{customdata[2]:,}",
            share="%{z:.1%}",
        )
        + "<extra></extra>",
    }


def _layout(names: Sequence[str], *, height: int, dark: bool) -> Spec:
    k, longest = len(names), max(len(name) for name in names)
    left = 34 + 8 * longest
    bottom = 44 if longest <= 2 else 40 + 6 * longest
    layout = theme.layout(dark=dark, height=height, margin=(left, 8, 8, bottom))
    shared = {
        "tickvals": list(range(k)),
        "ticktext": list(map(in_html, names)),
        "showgrid": False,
        "fixedrange": True,
    }
    layout["xaxis"] = theme.axis(
        dark=dark,
        range=[-0.5, k - 0.5],
        title={"text": _("read as"), "standoff": 4, "font": {"size": theme.FONT_SIZE}},
        tickangle=0 if longest <= 2 else -45,
        **shared,
    )
    layout["yaxis"] = theme.axis(
        dark=dark,
        range=[k - 0.5, -0.5],
        title={"text": _("true class"), "standoff": 4, "font": {"size": theme.FONT_SIZE}},
        **shared,
    )
    return layout


def describe_confusion(counts: np.ndarray, class_names: Sequence[str]) -> str:
    """Describe in one sentence how many are right, and the most frequent mistake."""
    total, right = int(counts.sum()), int(np.trace(counts))
    if total == 0:
        return _("Confusion matrix: no examples.")
    share = percent(right / total)
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return _(
            "Confusion matrix: {right:,} of {total:,} ({share}) are read right.",
            right=right,
            total=total,
            share=share,
        )
    i, j = divmod(int(wrong.argmax()), len(class_names))
    return _(
        "Confusion matrix: {right:,} of {total:,} ({share}) are read right; the most frequent"
        " mistake is {name} read as {said}, {times:,} times.",
        right=right,
        total=total,
        share=share,
        name=class_names[i],
        said=class_names[j],
        times=int(wrong[i, j]),
    )


def _shares(counts: np.ndarray) -> np.ndarray:
    """Each row divided by its sum; 0 where a class has no examples."""
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)


def _number(row: int, column: int, count: int, share: float, size: int, dark: bool) -> Spec:
    # White stands out on the blue, ink on what is near neutral: equally well at this share.
    colour = "#FFFFFF" if dark or share > EQUALLY_READABLE else theme.ink(dark)
    return {
        "x": column,
        "y": row,
        "text": f"{count}",
        "showarrow": False,
        "font": {"size": size, "color": colour},
    }


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
