"""Make the pictures of the home page: `python scripts/home_pictures.py`.

They are records, not drawings: the recipe `spiral` as it really learned, the embedded digits, the
networks of the sweep `rate-or-seed` as they ended, and what the recipe `digits-mlp` made of a
picture that it had not trained on.
"""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import nn

from nnlab.data.registry import load
from nnlab.data.splits import Splits
from nnlab.figures import theme
from nnlab.figures.boundary import STRENGTH
from nnlab.insight.plane.boundary import plane_grid
from nnlab.models import build
from nnlab.recipes import get
from nnlab.recipes.sweeps import SWEEPS
from nnlab.training.ensemble.sweep_fit import fit_sweep, one_net
from nnlab.training.fit import fit

PICTURES = Path(__file__).parents[1] / "nnlab" / "ui" / "home" / "pictures"
WIDE, HIGH = 400, 225
HALF_WIDTH = 11.2
"""x₁ from -11.2 to 11.2; x₂ as far as the picture's shape allows: the data lie within 6."""
PIXELS = 120
TILE, TILE_HALF = 60, 6.0
"""Pixels of a network of the sweep, and the plane that they show."""
STEPS = 20_000
FRAMES = 32
FRAME_MS, LAST_MS = 110, 3000
SURE = 0.8
"""The picture shown on the card of Draw is the one whose likeliest class has about this share."""
FOLDER_FOR_DATA = Path("data")  # the embedded digits need none


def main() -> None:
    """Write all of them."""
    PICTURES.mkdir(exist_ok=True)
    splits, grids = learn_the_spiral()
    for dark in (False, True):
        frames = [plane(grid, splits, dark) for grid in grids]
        name = f"playground-{'dark' if dark else 'light'}"
        times = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
        frames[0].save(
            PICTURES / f"{name}.webp",
            save_all=True,
            append_images=frames[1:],
            duration=times,
            loop=0,
            quality=45,
            method=6,
        )
        frames[-1].save(PICTURES / f"{name}-still.webp", quality=70, method=6)
    for dark in (False, True):
        tiles(train_the_sweep(), dark).save(
            PICTURES / f"sweep-{'dark' if dark else 'light'}.webp", quality=70, method=6
        )
    digits, network = learn_the_digits()
    sheet(digits.val.x.numpy()).save(PICTURES / "images.webp", quality=60, method=6)
    shares = network.eval()(digits.val.x).softmax(dim=1).detach().numpy()
    shown = int(np.abs(shares.max(axis=1) - SURE).argmin())
    picture = reading(digits.val.x[shown, 0].numpy(), shares[shown])
    picture.save(PICTURES / "draw.webp", quality=85, method=6)


def learn_the_spiral() -> tuple[Splits, list[np.ndarray]]:
    """The data, and the probability of class 1 over the plane from the first step to the last."""
    recipe = get("spiral").experiment.with_set("training.steps", STEPS)
    splits = load(recipe.data, FOLDER_FOR_DATA)
    running = fit(recipe, splits)
    seen: list[tuple[int, np.ndarray]] = []
    for event in running:
        if not seen or event.step > seen[-1][0]:
            seen.append((event.step, wide_plane(running.model)))
    wanted = np.linspace(0, STEPS, FRAMES)
    steps = np.array([step for step, _ in seen])
    nearest = dict.fromkeys(int(np.abs(steps - step).argmin()) for step in wanted)
    print(f"{len(nearest)} frames, the last at step {steps[max(nearest)]:,}")
    return splits, [seen[index][1] for index in nearest]


def wide_plane(model: nn.Module) -> np.ndarray:
    """The middle rows of a square plane: float [h, w]."""
    grid = plane_grid(model, (-HALF_WIDTH, HALF_WIDTH), PIXELS)[1]
    rows = round(PIXELS * HIGH / WIDE)
    top = (PIXELS - rows) // 2
    return grid[top : top + rows]


def coloured(grid: np.ndarray, dark: bool) -> np.ndarray:
    """Probabilities [h, w] in the colours of the Playground: uint8 [h, w, 3]."""
    share = (2 * grid - 1).ravel()
    ground = theme.neutral(dark)
    blue = theme.mix(ground, theme.BLUE, STRENGTH * share.clip(0, 1))
    orange = theme.mix(ground, theme.ORANGE, STRENGTH * (-share).clip(0, 1))
    return np.where(share[:, None] > 0, blue, orange).reshape(*grid.shape, 3)


def plane(grid: np.ndarray, splits: Splits, dark: bool) -> Image.Image:
    """The plane in the colours of the Playground, with its points."""
    large = Image.fromarray(coloured(grid, dark)).resize(
        (2 * WIDE, 2 * HIGH), Image.Resampling.BICUBIC
    )
    draw = ImageDraw.Draw(large)
    scale = WIDE / HALF_WIDTH
    for part in (splits.train, splits.val):
        for (x1, x2), target in zip(part.x.tolist(), part.y.tolist(), strict=True):
            x, y = WIDE + scale * x1, HIGH - scale * x2
            box = (x - 5, y - 5, x + 5, y + 5)
            draw.ellipse(box, fill=theme.CLASS_COLOURS[target], outline=theme.ink(dark), width=2)
    return large.resize((WIDE, HIGH), Image.Resampling.LANCZOS)


@cache
def train_the_sweep() -> list[np.ndarray]:
    """The probability of class 1 over the plane, of each network of `rate-or-seed` at its end."""
    sweep = SWEEPS["rate-or-seed"].sweep
    running = fit_sweep(sweep, lambda data: load(data, FOLDER_FOR_DATA))
    for _event in running:
        pass
    state = running.snapshot()
    planes = []
    for net in sweep.nets:
        model = build(net.experiment.model, (2,)).eval()
        model.load_state_dict(one_net(state, sweep, net.number)["model"])
        planes.append(plane_grid(model, (-TILE_HALF, TILE_HALF), TILE)[1])
    return planes


def tiles(planes: list[np.ndarray], dark: bool) -> Image.Image:
    """The planes [64] of a sweep in their grid: a row for each rate, a column for each seed."""
    image = Image.new("RGB", (WIDE, HIGH), theme.paper(dark))
    across, up = WIDE // 8, HIGH // 8
    for number, grid in enumerate(planes):
        row, column = divmod(number, 8)
        tile = Image.fromarray(coloured(grid, dark)).resize((across - 2, up - 2))
        image.paste(tile, (column * across + 1, row * up + 1))
    return image


def learn_the_digits() -> tuple[Splits, nn.Module]:
    """The data, and the network at the end of the recipe."""
    recipe = get("digits-mlp").experiment
    splits = load(recipe.data, FOLDER_FOR_DATA)
    running = fit(recipe, splits)
    last = list(running)[-1]
    print(f"digits: {last}")
    return splits, running.model


def sheet(images: np.ndarray) -> Image.Image:
    """As many of the pictures [n, 1, 28, 28] as fit, each on its black ground."""
    tile = 29
    rows, columns = HIGH // tile, WIDE // tile
    above, beside = (HIGH - rows * tile) // 2, (WIDE - columns * tile) // 2
    grey = np.zeros((HIGH, WIDE), np.uint8)
    for index in range(rows * columns):
        row, column = divmod(index, columns)
        top, left = above + row * tile, beside + column * tile
        grey[top : top + 28, left : left + 28] = np.rint(images[index, 0] * 255)
    return Image.fromarray(grey)


def reading(pixels: np.ndarray, shares: np.ndarray) -> Image.Image:
    """A picture [28, 28] as the network gets it, and its ten probabilities as bars."""
    image = Image.new("RGB", (WIDE, HIGH), "#000000")
    side = 6 * 28
    digit = Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).resize(
        (side, side), Image.Resampling.NEAREST
    )
    margin = (HIGH - side) // 2
    image.paste(digit, (margin, margin))
    draw = ImageDraw.Draw(image)
    draw.rectangle((margin, margin, margin + side, margin + side), outline=theme.faint(True))
    font = ImageFont.load_default(size=14)
    left, width = margin + side + 40, WIDE - side - 2 * margin - 40
    for digit_class, share in enumerate(shares.tolist()):
        top = margin + 3 + round(digit_class * (side - 3) / 10)
        best = share == shares.max()
        draw.text((left - 22, top - 1), str(digit_class), fill=theme.ink(True), font=font)
        colour = theme.winner(True) if best else theme.quiet(True)
        draw.rectangle((left, top + 3, left + max(1, round(share * width)), top + 13), fill=colour)
    return image


if __name__ == "__main__":
    main()
