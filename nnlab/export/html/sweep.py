"""The page of a sweep: its tiles, charts and table, and each network with how to get it again."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nnlab.config import Sweep
from nnlab.config.axis_values import Value
from nnlab.config.data import page_of
from nnlab.data import registry
from nnlab.data.description import describe
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.export.html.about_sweep import about_sweep
from nnlab.export.html.bundle import FOLDER
from nnlab.export.html.document import document, page_style
from nnlab.export.html.sweep_weights import PageWeights, kept_weights
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.recipes import recipe_id
from nnlab.runs.record.log import EventReader
from nnlab.runs.search.begun import Begun
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.sweeps.single import must_be_of
from nnlab.scene.columns import DRAWN, columns_slice, has_plane
from nnlab.scene.differences import changes
from nnlab.scene.look import colours_of, look_of
from nnlab.scene.sweep import MOST_POINTS, scene_of
from nnlab.scene.sweep_fields import label_of
from nnlab.scene.sweep_shown import SweepScene, packed
from nnlab.settings import read_settings
from nnlab.texts import _


def page(run: Run) -> bytes:
    """Return the page of a sweep or a search with its results.

    Raises:
        NnlabError: it has not trained yet, its data are not here, or it would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    sweep = run.sweep
    assert sweep is not None, "asked of sweeps alone"
    events = EventReader(run.path).read_new()
    history = SweepHistory(events) if sweep.search is None else SearchHistory(events)
    if history.started is None:
        raise NnlabError(_("The run {run} has not trained yet: let it train first.", run=run.id))
    must_be_of(run, sweep, history)
    if isinstance(history, SearchHistory):
        begun = Begun(history)
        values, kept = begun.values, PageWeights.nothing()
    else:
        begun = None
        values = [net.values for net in sweep.nets]
        kept = kept_weights(run, sweep, history)
    data = _Data()
    scene = scene_of(
        sweep,
        [label_of(axis.path) for axis in sweep.axes],
        load=data.load,
        cut=data.cut,
        dark=False,
        run=run.id,
        history=begun or history,
        trials=begun.values if begun is not None else (),
        picked=_with_points(kept.order),
    )
    said = about_sweep(run, sweep, history)
    return document(
        title=said["title"],
        entry="file/sweep.js",
        data={
            **said,
            "scene": _scene(scene, kept),
            "dark": _dark(sweep, data),
            "base": json.loads(sweep.experiment.to_json()),
            "complete": sweep.experiment.model_dump(mode="json"),
            "lab": said["link"].partition("sweep?")[0] + page_of(sweep.experiment.data),
            "recipe": recipe_id(sweep.experiment),
            "changes": _changes(sweep, values),
            "runs": begun.runs if begun is not None else None,
            "inputs": list(describe(sweep.experiment.data).input_shape),
            "weightsWord": kept.word,
        },
        blobs={"weights": kept.content} if kept.content else {},
        style=(FOLDER / "sweep" / "sweep.css").read_text("utf-8") + page_style("sweep.css"),
    )


class _Data:
    """The data of a sweep's networks, each loaded once."""

    def __init__(self) -> None:
        self._folder: Path = read_settings().data_dir
        self._splits: dict[Any, Splits] = {}

    def load(self, data: Any) -> Splits:
        if data not in self._splits:
            self._splits[data] = registry.load(data, self._folder)
        return self._splits[data]

    def cut(self, data: Any) -> InputSlice | None:
        if data.kind != "csv" or not has_plane(data):
            return None
        return columns_slice(self.load(data), 0, 1)


def _with_points(order: Sequence[int]) -> tuple[int, ...]:
    """The nets whose points are surely in the file, where all would be too many."""
    return tuple(order[: MOST_POINTS // DRAWN])


def _scene(scene: SweepScene, kept: PageWeights) -> dict[str, Any]:
    found = packed(scene)
    stacks = [
        {**stack, "nets": nets}
        for stack, nets in zip(found["stacks"], kept.nets, strict=False)
        if nets
    ]
    return {**found, "follows": False, "picked": [], "stacks": stacks if kept.content else []}


def _dark(sweep: Sweep, data: _Data) -> dict[str, Any]:
    """The colours of the page by night; those of the scene are by day."""
    if sweep.search is not None:
        return {"names": None, **colours_of(dark=True)}
    first = sweep.nets[0].experiment.data
    return look_of(first, data.load(first), dark=True)


def _changes(sweep: Sweep, values: Sequence[tuple[Value, ...]]) -> list[list[tuple[str, Any]]]:
    """Return, for each network, the changes that `train` makes to the sweep's experiment."""
    experiments = [net.experiment for net in sweep.nets] or [
        sweep.experiment_of(one) for one in values
    ]
    return [changes(sweep.experiment, experiment) for experiment in experiments]
