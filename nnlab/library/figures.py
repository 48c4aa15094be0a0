"""The charts of a run of one network, as the lab draws them."""

from functools import partial
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.data.registry import load
from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.insight.plane.boundary import plane_grid
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.store import Run
from nnlab.scene.extent import extent_of, limit_of
from nnlab.texts import N_

EMPTY = N_("nothing recorded")


def figures_of(experiment: Experiment) -> tuple[str, ...]:
    """The names of the charts that there are of an experiment's run."""
    info = describe(experiment.data)
    is_plane = info.input_shape == (2,) and info.symbols is None  # not two tokens
    accuracy = ("accuracy",) if experiment.task == "classification" else ()
    return ("loss", *accuracy, *(("boundary",) if is_plane else ()))


def curves_figure(history: History, name: str, *, dark: bool) -> go.Figure:
    """Loss or accuracy over the steps, of training and of validation."""
    draw = loss_figure if name == "loss" else accuracy_figure
    curves = (*history.curve(f"train_{name}"), *history.curve(f"val_{name}"))
    return draw(*curves, x_title=N_("step"), empty=EMPTY, dark=dark)


def plane_figure(run: Run, data_dir: Path, *, dark: bool) -> go.Figure:
    """The answers of the newest weights over the plane, with the data's points upon it.

    Raises:
        NnlabError: there are no weights yet.
        DataUnavailableError: the run's data are not here.
    """
    experiment = run.experiment
    network, _step = load_network(run)
    data, task = experiment.data, experiment.task
    splits = load(data, data_dir)
    extent = extent_of(data, splits)
    limit = limit_of(data, splits) if task == "regression" else 1.0
    parts = (splits.train, splits.val)
    stacked = partial(np.concatenate, axis=0)
    points = points_traces(
        stacked([part.x.numpy() for part in parts]),
        stacked([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        task=task,
        classes=splits.info.outputs,
        limit=limit,
        dark=dark,
    )
    grid = plane_grid(network, extent, task=task)
    return boundary_figure(
        boundary_picture(grid, task=task, limit=limit, dark=dark),
        points,
        class_names=splits.info.class_names,
        extent=extent,
        limit=limit,
        dark=dark,
    )
