"""The recording of a run that has ended, as a notebook keeps it: one page."""

import numpy as np

from nnlab.errors import NnlabError
from nnlab.export.html.curves import curves_of
from nnlab.export.html.moments import has_way, moments_of, steps_of
from nnlab.export.html.recorded import recorded_curves
from nnlab.export.html.recorded_moments import Floats, recorded_moments
from nnlab.export.html.recording import asked_of
from nnlab.notebook.answers import answers_over
from nnlab.notebook.news import WeightHistory
from nnlab.notebook.scene import Scene
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import WORDS
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.rewind.path import path_of
from nnlab.runs.run import Run
from nnlab.settings import read_settings
from nnlab.texts import _

REPLAY_SECONDS = 2.0
"""Limit for replaying a run of which few weights were seen during training."""
ENOUGH = 20
"""Moments that were seen; with as many nothing is replayed."""


def recording_of(run: Run, scene: Scene, kept: WeightHistory | None, *, may_replay: bool) -> str:
    """The page.

    Args:
        run: one that has ended, or that may go on: then as far as it came.
        scene: of it.
        kept: the weights that were told while it trained.
        may_replay: False in a thread beside somebody's code: a replay sets the random state of
            the whole process for a while.

    Raises:
        NnlabError: a file of the run is gone or cannot be read.
    """
    events = EventReader(run.path).read_new()
    if run.is_recorded:
        return _of_record(run, scene, RecordedHistory(events))
    history = History(events)
    status = _status(run, history.step, history.epoch)
    curves, started = curves_of(history), history.started
    if scene.needed is None:
        return scene.saved(status, curves, [], np.empty((0, 0), np.float32))
    steps, values = _moments(run, scene, history, kept or WeightHistory(), may_replay=may_replay)
    each = started.steps_per_epoch if started is not None else None
    return scene.saved(status, curves, steps, values, each=each)


def _of_record(run: Run, scene: Scene, history: RecordedHistory) -> str:
    status, curves = _status(run, history.step, history.epoch), recorded_curves(history)
    if scene.needed is not None:
        steps, values = recorded_moments(run, scene.needed, scene.most)
        return scene.saved(status, curves, steps, values)
    answers, steps = None, []
    if scene.grid and scene.picture is not None:
        try:
            step, answers = answers_over(run, scene.picture.data["space"]["extent"])
            steps = [step]
        except NnlabError:
            pass  # what cannot be evaluated is not drawn: the curves are
    nothing = np.empty((len(steps), 0), np.float32)
    return scene.saved(status, curves, steps, nothing, answers=answers)


def _status(run: Run, step: int, epoch: int) -> str:
    word = _(WORDS[run.status()])
    if epoch:
        return _("{status} · epoch {epoch:,} · step {step:,}", status=word, epoch=epoch, step=step)
    return _("{status} · step {step:,}", status=word, step=step)


def _moments(
    run: Run, scene: Scene, history: History, kept: WeightHistory, *, may_replay: bool
) -> tuple[list[int], Floats]:
    """Return at most as many moments as the scene keeps, from the first to the newest."""
    assert scene.needed is not None
    assert scene.network is not None
    assert scene.picture is not None
    steps, values = kept.steps, kept.values
    has_weights = (run.path / LIVE).is_file()  # a run that failed at once has none
    if may_replay and has_weights and len(steps) < min(ENOUGH, scene.most):
        data_dir, asked = read_settings().data_dir, asked_of(scene.picture)
        path = None
        if has_way(run, history):
            wanted = steps_of(run, history, scene.network)
            path = path_of(run, wanted[-1], data_dir, seconds=REPLAY_SECONDS, steps=wanted)
        found = moments_of(run, history, scene.network, asked, data_dir, path=path)
        steps, values = found.steps, list(found.values)
    places = sorted({round(i) for i in np.linspace(0, len(steps) - 1, min(scene.most, len(steps)))})
    chosen = [values[i] for i in places]
    nothing = np.empty((0, scene.needed.size), np.float32)
    return [steps[i] for i in places], np.stack(chosen) if chosen else nothing
