"""Small pictures of the recipes on the home page, and how long each takes.

`python -m scripts.home_thumbnails` trains each recipe, at most `MOST_SECONDS` of processor time
each (a sweep three times that), and writes `nnlab/ui/home/thumbnails-*.webp` (all pictures on one
sheet, light and dark) and `thumbnails.json`: the places on the sheet, and the seconds that the
whole recipe takes on one core, by its own training as far as it went. A machine with nothing else
to do gives the right seconds. MNIST has to be in NNLAB_DATA_DIR. With names
(`python -m scripts.home_thumbnails ninety-nine`) it trains these alone; the others stay as they
are.

Of points it is the plane at the end, of curves the curve, of pictures one of them and what the
network reads, of sequences an input and what the network makes of it, of a sweep the planes of its
networks.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import nn

from nnlab.config import Curve, Experiment, Images, Sequences
from nnlab.data.registry import load, sizes
from nnlab.data.splits import Splits
from nnlab.figures import theme
from nnlab.figures.boundary import STRENGTH, class_palette
from nnlab.insight.plane.boundary import plane_grid
from nnlab.models import build
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS
from nnlab.settings import read_settings
from nnlab.training.check import plan
from nnlab.training.ensemble.sweep_fit import fit_sweep, one_net
from nnlab.training.fit import fit
from nnlab.training.machine.processor import processor_name

FOLDER = Path(__file__).parents[1] / "nnlab" / "ui" / "home"
WIDE, HIGH, ACROSS = 160, 90, 6
MOST_SECONDS = 2.0
LONGER = {"spiral": 20.0}
"""Seconds, of what shows nothing before."""
SURE = 0.85
EXTENT = (-6.0, 6.0)


def main(wanted: list[str]) -> None:
    """Train, draw, and write all of them, or those that are wanted."""
    torch.set_num_threads(1)
    drawn, seconds = kept() if wanted else ({}, {})
    for name, recipe in RECIPES.items():
        if wanted and name not in wanted:
            continue
        experiment = recipe.experiment.with_set("training.threads", 1)
        splits = load(experiment.data, read_settings().data_dir)
        model, seconds[name] = train(experiment, splits, LONGER.get(name, MOST_SECONDS))
        drawn[name] = tuple(picture(experiment, splits, model.eval(), d) for d in (False, True))
        print(f"{name}: {seconds[name]:.3g} s", flush=True)
    for name, recipe in SWEEPS.items():
        if recipe.sweep.search is None and (not wanted or name in wanted):
            planes, seconds[name] = train_sweep(name)
            drawn[name] = tuple(tiles(planes, dark) for dark in (False, True))
            print(f"{name}: {seconds[name]:.3g} s", flush=True)
    rows = -(-len(drawn) // ACROSS)
    for index, theme_name in enumerate(("light", "dark")):
        sheet = Image.new("RGB", (ACROSS * WIDE, rows * HIGH), theme.paper(bool(index)))
        for place, pictures in enumerate(drawn.values()):
            sheet.paste(pictures[index], (place % ACROSS * WIDE, place // ACROSS * HIGH))
        sheet.save(FOLDER / f"thumbnails-{theme_name}.webp", quality=72, method=6)
    found = {
        "across": ACROSS,
        "rows": rows,
        "names": list(drawn),
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "processor": processor_name(),
    }
    (FOLDER / "thumbnails.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def kept() -> tuple[dict[str, tuple[Image.Image, ...]], dict[str, float]]:
    """The pictures, light and dark, and the seconds that are there."""
    made = json.loads((FOLDER / "thumbnails.json").read_text(encoding="utf-8"))
    sheets = [Image.open(FOLDER / f"thumbnails-{name}.webp") for name in ("light", "dark")]

    def at(place: int) -> tuple[int, int, int, int]:
        left, top = place % ACROSS * WIDE, place // ACROSS * HIGH
        return left, top, left + WIDE, top + HIGH

    drawn = {
        name: tuple(sheet.crop(at(place)) for sheet in sheets)
        for place, name in enumerate(made["names"])
    }
    return drawn, made["seconds"]


def train(experiment: Experiment, splits: Splits, most: float) -> tuple[nn.Module, float]:
    """The network as far as it came, and the seconds that all its steps take on one core."""
    steps = plan(experiment, splits.info, sizes(experiment.data)[0]).total_steps
    began = time.process_time()
    running, last = fit(experiment, splits), 0
    for event in running:
        last = event.step
        if time.process_time() - began > most:
            break
    took = time.process_time() - began
    return running.model, took * max(1.0, steps / max(1, last)) if last < steps else took


def picture(experiment: Experiment, splits: Splits, model: nn.Module, dark: bool) -> Image.Image:
    """Draw the picture of a recipe's card."""
    data = experiment.data
    if isinstance(data, Images):
        return reading(splits, model, dark)
    if isinstance(data, Sequences):
        return sequence(splits, model, dark)
    if isinstance(data, Curve) or splits.info.input_shape == (1,):
        return curve(splits, model, dark)
    return plane(splits, model, dark)


def plane(splits: Splits, model: nn.Module, dark: bool) -> Image.Image:
    """The plane with its points, the middle of it as far as the picture is high."""
    classes = len(splits.info.class_names or ())
    task = "classification" if classes else "regression"
    grid = plane_grid(model, EXTENT, WIDE, task=task)
    if classes > 2:
        pixels = classes_painted(grid, classes, dark)
    elif classes:
        pixels = painted(grid[1], dark)
    else:
        pixels = diverging(grid[0] / np.abs(grid[0]).max(), dark)
    image = Image.fromarray(pixels)
    large = image.resize((4 * WIDE, 4 * WIDE), Image.Resampling.BICUBIC)
    draw, scale = ImageDraw.Draw(large), 4 * WIDE / (EXTENT[1] - EXTENT[0])
    for (x1, x2), y in zip(splits.train.x.tolist(), splits.train.y.tolist(), strict=True):
        x, up = (x1 - EXTENT[0]) * scale, 4 * WIDE - (x2 - EXTENT[0]) * scale
        box = (x - 8, up - 8, x + 8, up + 8)
        fill = theme.CLASS_COLOURS[int(y)] if classes else theme.quiet(dark)
        draw.ellipse(box, fill=fill, outline=theme.ink(dark), width=2)
    top = 4 * (WIDE - HIGH) // 2
    cut = large.crop((0, top, 4 * WIDE, top + 4 * HIGH))
    return cut.resize((WIDE, HIGH), Image.Resampling.LANCZOS)


def painted(grid: np.ndarray, dark: bool) -> np.ndarray:
    """Probabilities of class 1 as colours: uint8 [h, w, 3]."""
    return diverging(2 * grid - 1, dark, STRENGTH)


def diverging(share: np.ndarray, dark: bool, strength: float = 1.0) -> np.ndarray:
    """-1 orange, 0 neutral, 1 blue: uint8 [h, w, 3]."""
    flat, ground = share.ravel(), theme.neutral(dark)
    blue = theme.mix(ground, theme.BLUE, strength * flat.clip(0, 1))
    orange = theme.mix(ground, theme.ORANGE, strength * (-flat).clip(0, 1))
    return np.where(flat[:, None] > 0, blue, orange).reshape(*share.shape, 3).astype(np.uint8)


def classes_painted(grid: np.ndarray, classes: int, dark: bool) -> np.ndarray:
    """Probabilities [classes, h, w] by the likeliest class: uint8 [h, w, 3]."""
    palette = class_palette(classes, dark)
    sure = (grid.max(axis=0) - 1 / classes) / (1 - 1 / classes)
    return palette[grid.argmax(axis=0) * 13 + np.rint(12 * sure.clip(0, 1)).astype(int)]


def curve(splits: Splits, model: nn.Module, dark: bool) -> Image.Image:
    """The points, and what the network says along the line."""
    image = Image.new("RGB", (4 * WIDE, 4 * HIGH), theme.paper(dark))
    draw, x, y = ImageDraw.Draw(image), splits.train.x[:, 0].numpy(), splits.train.y.numpy().ravel()
    line = torch.linspace(float(x.min()), float(x.max()), 200)[:, None]
    with torch.inference_mode():
        said = model(line)[:, 0].numpy()
    low, high = min(y.min(), said.min()), max(y.max(), said.max())

    def at(a: float, b: float) -> tuple[float, float]:
        across = 20 + (a - x.min()) / (x.max() - x.min()) * (4 * WIDE - 40)
        return across, 4 * HIGH - 25 - (b - low) / (high - low) * (4 * HIGH - 50)

    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        (left, top), r = at(a, b), 7
        draw.ellipse((left - r, top - r, left + r, top + r), fill=theme.quiet(dark))
    points = [at(float(a), float(b)) for a, b in zip(line[:, 0], said, strict=True)]
    draw.line(points, fill=theme.winner(dark), width=10, joint="curve")
    return image.resize((WIDE, HIGH), Image.Resampling.LANCZOS)


def reading(splits: Splits, model: nn.Module, dark: bool) -> Image.Image:
    """A picture that the network has not trained on, and its likeliest class's bar among all.

    The one whose likeliest class has about `SURE` of the probability: so it shows a doubt, too.
    """
    seen = splits.val if len(splits.val) else splits.train  # some recipes hold nothing out
    with torch.inference_mode():
        shares = model(seen.x[:500]).softmax(dim=1).numpy()
    shown = int(np.abs(shares.max(axis=1) - SURE).argmin())
    pixels = seen.x[shown].numpy().mean(axis=0)
    grey = Image.fromarray(np.rint(255 * pixels).astype(np.uint8))
    image = Image.new("RGB", (WIDE, HIGH), "#000000")
    image.paste(grey.resize((84, 84), Image.Resampling.NEAREST), (3, 3))
    draw, high = ImageDraw.Draw(image), (HIGH - 8) / shares.shape[1]
    for place, share in enumerate(shares[shown].tolist()):
        top, is_best = 5 + place * high, share == shares[shown].max()
        width = max(1, round(share * (WIDE - 104)))
        colour = theme.winner(True) if is_best else theme.quiet(dark)
        draw.rectangle((98, top, 98 + width, top + high - 3), fill=colour)
    return image


def sequence(splits: Splits, model: nn.Module, dark: bool) -> Image.Image:
    """A row of tokens that the network has not trained on, and its answer beneath."""
    with torch.inference_mode():
        said = model(splits.val.x[:1])[0]
    tokens, names = splits.val.x[0].tolist(), splits.info.class_names or ()
    answers = [names[i] for i in said.argmax(-1).flatten().tolist()]
    shown = [names[token] if splits.info.for_each_token else "()"[token] for token in tokens]
    image = Image.new("RGB", (WIDE, HIGH), theme.paper(dark))
    draw = ImageDraw.Draw(image)
    for row, (texts, colour) in enumerate(
        ((shown, theme.quiet(dark)), (answers, theme.winner(dark)))
    ):
        font = ImageFont.load_default(size=min(20, 16 + 4 * (len(texts) == 8) - len(texts) // 10))
        for column, text in enumerate(texts):
            x = (column + 0.5) * WIDE / len(texts)
            draw.text((x, 26 + 38 * row), text, fill=colour, font=font, anchor="mm")
    return image


def train_sweep(name: str) -> tuple[list[np.ndarray], float]:
    """Over the plane what each network of a sweep says at its end, and the seconds of all."""
    sweep, began = SWEEPS[name].sweep, time.process_time()
    running, last = fit_sweep(sweep, lambda data: load(data, read_settings().data_dir)), 0
    for event in running:
        last = event.step
        if time.process_time() - began > 3 * MOST_SECONDS:
            break
    took, state, planes = time.process_time() - began, running.snapshot(), []
    took *= max(1.0, running.total_steps / max(1, last)) if last < running.total_steps else 1.0
    for net in sweep.nets:
        model = build(net.experiment.model, (2,)).eval()
        model.load_state_dict(one_net(state, sweep, net.number)["model"])
        planes.append(plane_grid(model, EXTENT, 24)[-1])
    return planes, took


def tiles(planes: list[np.ndarray], dark: bool) -> Image.Image:
    """The planes of a sweep, row by row."""
    across = max(1, round((len(planes) * WIDE / HIGH) ** 0.5))
    down = -(-len(planes) // across)
    image = Image.new("RGB", (WIDE, HIGH), theme.paper(dark))
    for number, grid in enumerate(planes):
        row, column = divmod(number, across)
        left, right = column * WIDE // across, (column + 1) * WIDE // across
        top, bottom = row * HIGH // down, (row + 1) * HIGH // down
        size = max(1, right - left - 1), max(1, bottom - top - 1)
        image.paste(Image.fromarray(painted(grid, dark)).resize(size), (left, top))
    return image


if __name__ == "__main__":
    main(sys.argv[1:])
