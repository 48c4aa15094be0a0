"""The page of a recorded run: its curves, and the plane where a browser can evaluate it."""

from typing import Any

import numpy as np

from nnlab.errors import NnlabError
from nnlab.export.html.about import made_by
from nnlab.export.html.curves import thinned
from nnlab.export.html.document import document, page_style
from nnlab.export.html.moments import MOST, MOST_BYTES
from nnlab.export.html.picture import Picture
from nnlab.export.html.recorded_moments import needed_of_record, recorded_moments
from nnlab.export.html.recorded_picture import has_plane, network_of_record, picture_of_record
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import WORDS
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.record import Record
from nnlab.runs.run import Run
from nnlab.texts import _, formatted
from nnlab.visible import visible

LARGEST = 16_384
"""Weights of a network that is drawn, as `nnlab.export.html.recording` has it."""
PREFIXES = {"train_": "train", "val_": "val"}


def page(run: Run) -> bytes:
    """The page of a recorded run; it may go on meanwhile.

    Raises:
        NnlabError: nothing was recorded yet, or it would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    record, history = run.recorded, RecordedHistory(EventReader(run.path).read_new())
    if not history.curves:
        raise NnlabError(
            _("Nothing was recorded of the run {run} yet: call run.step(loss=loss).", run=run.id)
        )
    said = about_record(run, record, history)
    curves = recorded_curves(history)
    picture, moments, values = _film(run, record)
    if picture is None:
        return document(
            title=said["title"],
            entry="file/plain.js",
            data={**said, "network": None, "curves": curves, "last": history.step, "words": []},
            style=page_style("recording.css"),
        )
    return document(
        title=said["title"],
        entry="file/recording.js",
        data={**said, **picture.data, "curves": curves, "moments": moments, "words": []},
        blobs={
            "weights": values.astype("<f4").tobytes(),
            "inputs": picture.inputs.astype("<f4").tobytes(),
            "targets": picture.targets.astype("<f4").tobytes(),
        },
        style=page_style("recording.css"),
    )


def _film(run: Run, record: Record) -> tuple[Picture | None, dict[str, Any], np.ndarray]:
    nothing = None, {}, np.empty(0, np.float32)
    network = network_of_record(record) if has_plane(record) else None
    if network is None or sum(one.numel() for one in network.parameters()) > LARGEST:
        return nothing
    shapes = [(name, tuple(value.shape)) for name, value in network.state_dict().items()]
    needed = needed_of_record(record, shapes)
    most = max(2, min(MOST, MOST_BYTES // (4 * max(1, needed.size))))
    steps, values = recorded_moments(run, needed, most)
    if not steps:
        return nothing
    picture = picture_of_record(run, record, network)
    return picture, {"steps": steps, "tensors": needed.tensors, "stepsPerEpoch": None}, values


def recorded_curves(history: RecordedHistory) -> dict[str, Any]:
    """Return the curves by chart and part: `val_loss` beside `train_loss`, or `loss`."""
    found: dict[str, Any] = {}
    for name in history.curves:
        what, part = _place(name, history)
        found.setdefault(what, {})[part] = thinned(*history.curve(name))
    return found


def _place(name: str, history: RecordedHistory) -> tuple[str, str]:
    for prefix, part in PREFIXES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            return name.removeprefix(prefix), part
    has_val = f"val_{name}" in history.curves and f"train_{name}" not in history.curves
    return name, "train" if has_val else "value"


def about_record(run: Run, record: Record, history: RecordedHistory) -> dict[str, Any]:
    """Plain values, as nnlab/web/file/shell.js takes them. Raises as `Run.meta` does."""
    status = _("{status} · step {step:,}", status=_(WORDS[run.status()]), step=history.step)
    newest = [(name, history.latest(name)) for name in history.curves]
    lines = [
        [_("Module"), visible(record.module)],
        [_("Parameters"), _("{count:,}", count=record.parameters)],
    ]
    if record.inputs is not None:
        lines.append([_("Inputs"), " × ".join(map(str, record.inputs))])
    if record.given:
        lines.append([_("Examples"), _("{count:,}", count=record.given)])
    return {
        "title": visible(run.meta.name),
        "run": run.id,
        "status": status,
        "figures": [
            (visible(name), formatted(value, ".4g"), value)
            for name, value in newest
            if value is not None
        ],
        "experiment": [[_("Recorded from a loop of its author's own"), lines]],
        "layers": [],
        "code": None,
        "codeWord": "",
        "link": "",
        "linkWord": "",
        "made": made_by(history.started),
    }
