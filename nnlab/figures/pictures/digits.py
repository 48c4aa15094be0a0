"""Pictures of digits, and a network's probabilities for them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image, ImageDraw, ImageFont

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.picture import encode
from nnlab.texts import N_, _
from nnlab.visible import in_html

BAR_HEIGHT = 30
"""Pixels for each class."""
LONGEST_NAME = 16
DIGITS = tuple("0123456789")


def probabilities_figure(
    probabilities: np.ndarray | None,
    class_names: Sequence[str] = DIGITS,
    *,
    empty: str = N_("draw a digit"),
    dark: bool,
) -> go.Figure:
    """One bar a class, in the classes' own order from the top, the likeliest one highlighted.

    Args:
        probabilities: float [k] in 0..1; None before there is a picture.
        class_names: k names.
        empty: the quiet text before there is a picture; it goes through `_` here.
        dark: the page's theme.
    """
    bare = probabilities is None
    shares = np.zeros(len(class_names)) if probabilities is None else probabilities
    colours = [theme.quiet(dark)] * len(class_names)
    texts = [""] * len(class_names)
    if not bare:
        best = int(shares.argmax())
        colours[best] = theme.winner(dark)
        texts = [percent(share) for share in shares]
        texts[best] = f"<b>{texts[best]}</b>"
    bars: theme.Spec = {
        "type": "bar",
        "orientation": "h",
        "x": typed(shares),
        "y": list(range(len(class_names))),
        "marker": {"color": colours},
        "text": texts,
        "textposition": "outside",
        "textfont": {"size": theme.FONT_SIZE, "color": theme.ink(dark)},
        "cliponaxis": False,
        "customdata": list(map(in_html, class_names)),
        "hovertemplate": "%{customdata}: %{x:.4p}<extra></extra>",
    }
    longest = max(len(name) for name in class_names)
    left = 20 + 8 * min(longest, LONGEST_NAME)
    height = BAR_HEIGHT * len(class_names) + 36
    layout = theme.layout(dark=dark, height=height, margin=(left, 64, 6, 30))
    layout["xaxis"] = theme.axis(
        dark=dark, range=[0, 1], tickvals=[0, 0.5, 1], tickformat=".0%", fixedrange=True
    )
    layout["yaxis"] = theme.axis(
        dark=dark,
        range=[len(class_names) - 0.5, -0.5],
        tickvals=list(range(len(class_names))),
        ticktext=[in_html(_short(name)) for name in class_names],
        tickfont={"size": theme.FONT_SIZE + 2},
        showgrid=False,
        fixedrange=True,
    )
    layout["bargap"] = 0.25
    layout["annotations"] = [theme.note(_(empty), dark=dark)] if bare else []
    return theme.figure([bars], layout)


def percent(share: float) -> str:
    """`98.2%`; what is above nothing, or below all, never reads as 0 or 100 %.

    >>> percent(0.98234), percent(0.0001), percent(0.99999), percent(1.0)
    ('98.2%', '<0.1%', '>99.9%', '100%')
    """
    if not np.isfinite(share):
        return _("not a number")
    if share in (0, 1):
        return f"{share:.0%}"
    if share < 0.001:
        return "<0.1%"
    return ">99.9%" if share > 0.999 else f"{share:.1%}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def digit_picture(pixels: np.ndarray, scale: int = 8) -> bytes:
    """The pixels as PNG, each `scale` pixels wide, with sharp edges: just what the network gets.

    Args:
        pixels: float [h, w] in 0 (black) .. 1 (white); values beyond are clipped, NaN is black.
        scale: pixels of the PNG for each pixel.
    """
    grey = _grey(pixels).repeat(scale, axis=0).repeat(scale, axis=1)
    return encode(Image.fromarray(grey))


def sample_grid(
    images: np.ndarray, labels: Sequence[str] | None = None, *, columns: int = 10, scale: int = 2
) -> bytes:
    """One PNG of all pictures, row by row, each with its label beneath.

    Args:
        images: float [n, h, w] or [n, 1, h, w] in grey, or [n, 3, h, w] in colour, in 0..1, n at
            least 1.
        labels: n texts.
        columns: pictures in a row.
        scale: pixels of the PNG for each pixel.
    """
    if images.ndim == 3:
        images = images[:, None]
    count, channels, high, wide = images.shape
    columns = min(columns, count)
    caption = 0 if labels is None else 16
    gap = 4
    tile_wide, tile_high = wide * scale, high * scale + caption
    rows = -(-count // columns)
    size = (columns * (tile_wide + gap) - gap, rows * (tile_high + gap) - gap)
    sheet = Image.new("L" if channels == 1 else "RGB", size)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    for i, image in enumerate(images):
        left, top = (i % columns) * (tile_wide + gap), (i // columns) * (tile_high + gap)
        pixels = image[0] if channels == 1 else image.transpose(1, 2, 0)
        large = _grey(pixels).repeat(scale, axis=0).repeat(scale, axis=1)
        sheet.paste(Image.fromarray(large), (left, top))
        if labels is not None:
            centre = (left + tile_wide // 2, top + high * scale + caption // 2)
            draw.text(centre, labels[i], fill="white", font=font, anchor="mm")
    return encode(sheet)


def _grey(pixels: np.ndarray) -> np.ndarray:
    return np.rint(np.nan_to_num(pixels).clip(0, 1) * 255).astype(np.uint8)
