"""The browser's data of a sweep: its networks, their places, and their final figures."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from nnlab.config import Data
from nnlab.config.axis_values import Value
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Net, Sweep
from nnlab.data.registry import sizes
from nnlab.data.splits import Splits
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.runs.record.status import ALIVE, Status
from nnlab.scene.columns import DRAWN, drawn_parts
from nnlab.scene.extent import reach
from nnlab.scene.look import colours_of, look_of
from nnlab.scene.sweep_axes import axes_of
from nnlab.scene.sweep_figures import Figures, best_of, figures_of, metrics_of
from nnlab.scene.sweep_shown import ShownPoints, ShownStack, SweepScene

MOST_POINTS = 40_000
"""Points of all data sets together that are sent unasked; of more, those of the picked nets and of
the best one."""
Load = Callable[[Data], Splits]
Cut = Callable[[Data], InputSlice | None]
"""Gives the columns of a table that are drawn; None for other data."""


def scene_of(  # noqa: PLR0913 - everything the browser draws, by keyword
    sweep: Sweep,
    names: Sequence[str],
    *,
    load: Load,
    cut: Cut,
    dark: bool,
    run: str | None = None,
    status: Status | None = None,
    history: Figures | None = None,
    trials: Sequence[Sequence[Value]] = (),
    picked: tuple[int, ...] = (),
    weights: bytes | None = None,
    line: str = "",
) -> SweepScene:
    """The scene of a sweep, of a draft or with its run.

    Args:
        sweep: the sweep; its nets are made here where it is no search.
        names: of the axes, in words.
        load: gives the data of a net.
        cut: of a table, the columns that are the plane.
        dark: the page's theme.
        run: the id of the sweep's run; None: a draft.
        status: of the run.
        history: its figures; not needed while nets train, whose figures come over the wire.
        trials: of a search, the values of each trial so far.
        picked: nets that are shown large.
        weights: `live.safetensors` of a run at rest.
        line: the page's status line.
    """
    nets = sweep.nets
    values = [net.values for net in nets] if nets else [tuple(one) for one in trials]
    axes, places = axes_of(sweep, names, values)
    data = sweep.experiment.data
    follows = run is not None and status in ALIVE
    comes = follows and bool(nets)  # with the events; those of trials lie in runs of their own
    metrics = metrics_of(sweep, history)
    given = figures_of(history, len(places)) if history is not None and not comes else {}
    large = (*picked, *best_of(history, metrics[0]))
    return SweepScene(
        run=run,
        status=status,
        follows=follows,
        axes=axes,
        places=places,
        metrics=metrics,
        picked=tuple(net for net in picked if net < len(places)),
        line=line,
        weights=weights,
        look=look_of(data, load(data), dark=dark)
        if nets
        else {"names": None, **colours_of(dark=dark)},
        **(_drawn(nets, large, load, cut) if nets else {}),
        **given,
    )


def _drawn(nets: Sequence[Net], large: Sequence[int], load: Load, cut: Cut) -> dict[str, Any]:
    """Return the data with which the browser evaluates networks of the plane."""
    first = nets[0].experiment.data
    splits = load(first)
    space = _space(first, splits, cut(first))
    points, points_of = _points(nets, large, load, cut) if space is not None else ((), ())
    return {
        "stacks": tuple(
            ShownStack(
                stack.nets,
                [layer.model_dump(mode="json") for layer in stack.experiment.model.layers],
            )
            for stack in stacks_of(nets)
        ),
        "shape": tuple(splits.info.input_shape),
        "space": space,
        "points": points,
        "points_of": points_of,
    }


def _space(data: Data, splits: Splits, cut: InputSlice | None) -> dict[str, Any] | None:
    """The plane or the line over which nets are drawn; None: the data have none."""
    inputs = splits.info.input_shape[0]
    is_curve = inputs == 1 and splits.info.class_names is None
    if cut is None and inputs != 2 and not is_curve:
        return None
    return {
        "inputs": inputs,
        "extent": list(reach(data, splits)),
        "cut": asdict(cut) if cut is not None else None,
    }


def _points(
    nets: Sequence[Net], large: Sequence[int], load: Load, cut: Cut
) -> tuple[tuple[ShownPoints, ...], tuple[int, ...]]:
    found: dict[Data, int] = {}
    for net in nets:
        found.setdefault(net.experiment.data, len(found))
    count = sum(min(DRAWN, sum(sizes(data)[:2])) for data in found)
    wanted = (
        set(found)
        if count <= MOST_POINTS
        else {nets[i].experiment.data for i in large if i < len(nets)}
    )
    sent = {data: place for place, data in enumerate(data for data in found if data in wanted)}
    return (
        tuple(_points_of(load(data), cut(data)) for data in sent),
        tuple(sent.get(net.experiment.data, -1) for net in nets),
    )


def _points_of(splits: Splits, cut: InputSlice | None) -> ShownPoints:
    parts = drawn_parts(splits)
    x, y = (np.concatenate([getattr(part, name).numpy() for part in parts]) for name in "xy")
    return ShownPoints(
        (x if cut is None else cut.place(x)).astype(np.float32).reshape(len(y), -1),
        y.reshape(-1).astype(np.float32),
        np.repeat([False, True], [len(part) for part in parts]),
    )
