"""The plane of a run's way, or a random one: the loss over it, and a slider along the way."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from nnlab.learn.landscape.budget import affordable, share_held
from nnlab.learn.landscape.figures import landscape_figure, way_figure
from nnlab.learn.landscape.plane import Plane, plane_of, random_plane
from nnlab.learn.landscape.surface import Surface, at_places, of_weights, square_grid, surface
from nnlab.models.vectors import weights_of
from nnlab.runs.rewind.past import Replaying
from nnlab.runs.rewind.path import RunPath
from nnlab.texts import N_, _, number
from nnlab.training.metrics import LOSSES
from nnlab.ui.components.chart import show_chart
from nnlab.ui.learn.chapters.landscape.told import told
from nnlab.ui.learn.own_network import OwnNetwork
from nnlab.ui.learn.path_of_run import (
    Standing,
    is_alive,
    measured_over,
    network_at_end,
    newest_moment,
    offer_newer,
    show_replaying,
    standing,
    training_part,
)
from nnlab.ui.runtime.cache import answers
from nnlab.ui.session.widgets import learn as widgets

BUSY_SECONDS, LIVE_SECONDS = 0.5, 2.0
"""Seconds between two looks at a replay, and at the state of a training run."""
MOST_SEED = 999
LOSS, ACCURACY = "loss", "accuracy"
QUANTITIES = {LOSS: N_("loss"), ACCURACY: N_("accuracy")}


@dataclass(frozen=True)
class Landscape:
    """The data drawn for one plane."""

    plane: Plane
    grid: tuple[np.ndarray, np.ndarray]
    over: Surface
    places: np.ndarray
    """[t, 2] of the path."""
    share: float
    """Share of the path's variance that the plane holds."""
    path_losses: Tensor
    """[t]: of the weights themselves."""
    plane_losses: Tensor
    """[t]: at the places closest to them."""
    examples: int


def show_plane(own: OwnNetwork, *, is_random: bool) -> None:
    """Draw the picture, or the progress of the replay; both update during training."""
    is_busy, is_live = isinstance(standing(own).path, Replaying), is_alive(own)
    every = BUSY_SECONDS if is_busy else LIVE_SECONDS if is_live else None

    @st.fragment(run_every=every)
    @told()
    def frame() -> None:
        now = standing(own)
        if isinstance(now.path, Replaying):
            show_replaying(now.path)
            return
        if is_busy or is_alive(own) != is_live:
            st.rerun()
        _show(own, now, now.path, is_random=is_random)

    frame()


def _choose_plane(landscape: Landscape, *, is_random: bool) -> bool:
    """Draw the choices of plane and height. Return whether the height is the accuracy."""
    if is_random:
        st.number_input(
            _("Draw (another number: another plane)"),
            0,
            MOST_SEED,
            0,
            key=widgets.key("landscape_seed"),
            width=240,
        )
    return landscape.over.accuracies is not None and (
        st.segmented_control(
            _("Height"),
            list(QUANTITIES),
            format_func=lambda one: _(QUANTITIES[one]),
            default=LOSS,
            required=True,
            key=widgets.key("landscape_quantity"),
        )
        == ACCURACY
    )


def _show(own: OwnNetwork, now: Standing, path: RunPath, *, is_random: bool) -> None:
    seed = widgets.get("landscape_seed", 0) if is_random else None
    key = "landscape", own.run.id if own.run else "", now.last, len(path.steps), seed
    landscape = answers.get_or_make(key, lambda: _landscape(own, path, seed))
    steps = path.steps.tolist()
    with st.container(key="landscape_controls", horizontal=True, vertical_alignment="bottom"):
        of_accuracy = _choose_plane(landscape, is_random=is_random)
        step = st.select_slider(
            _("Step of the run"),
            steps,
            steps[-1],
            format_func="{:,}".format,
            key=widgets.key(f"landscape_at_{now.last}_{len(steps)}"),
        )
        offer_newer(own, now, "landscape")
    at = steps.index(step)
    says, here = _says(landscape, steps, at), None
    if now.newest > now.last:
        here, words = _where_it_stands(own, landscape)
        says += " " + words
    dark = st.context.theme.type == "dark"
    figure = landscape_figure(
        landscape.grid,
        _values(landscape, of_accuracy=of_accuracy),
        landscape.places,
        at,
        here=here,
        of_accuracy=of_accuracy,
        titles=_titles(is_random=is_random),
        dark=dark,
    )
    losses = landscape.path_losses.numpy(), landscape.plane_losses.numpy()
    with st.container(key="landscape_pictures"):
        show_chart(figure, key="landscape_chart", alt=says)
        show_chart(way_figure(steps, *losses, at, dark=dark), key="way_chart", alt=says)
    st.caption(says)
    _show_share(landscape, path, own, is_random=is_random)


def _landscape(own: OwnNetwork, path: RunPath, seed: int | None) -> Landscape:
    network, loss = network_at_end(own, path), LOSSES[own.experiment.training.loss]
    side, part = affordable(network, training_part(own))
    plane = plane_of(path.weights)[0] if seed is None else random_plane(network, seed)
    places = plane.project(path.weights)
    shadows = plane.origin + places.float() @ _stacked(plane.u, plane.v)
    if seed is None:
        grid = square_grid(places, side)
    else:
        grid = square_grid(places.new_tensor([[-1, -1], [1, 1]]), side, margin=0.0)
    return Landscape(
        plane,
        (grid[0].numpy(), grid[1].numpy()),
        surface(network, part, loss, plane, grid),
        places.numpy(),
        share_held(path.weights, shadows),
        of_weights(network, part, loss, torch.cat((path.weights, path.averages), dim=1)).losses,
        at_places(network, part, loss, plane, places).losses,
        len(part),
    )


def _where_it_stands(
    own: OwnNetwork, landscape: Landscape
) -> tuple[tuple[float, float] | None, str]:
    """Return the plane's point closest to the run's present weights, and a sentence on it.

    None in place of a point outside the picture.
    """
    newest = newest_moment(own)
    x, y = landscape.plane.project(weights_of(newest.network)[None])[0].tolist()
    words = _("The star: the run is at step {step:,} now.", step=newest.step)
    along_u, along_v = landscape.grid
    if along_u[0] <= x <= along_u[-1] and along_v[0] <= y <= along_v[-1]:
        return (x, y), words
    return None, _("The run is at step {step:,} now, outside the picture.", step=newest.step)


def _stacked(u: Tensor, v: Tensor) -> Tensor:
    return u.new_tensor(np.stack((u.numpy(), v.numpy())))


def _values(landscape: Landscape, *, of_accuracy: bool) -> np.ndarray:
    if of_accuracy and landscape.over.accuracies is not None:
        return landscape.over.accuracies.numpy()
    return landscape.over.losses.double().numpy()


def _titles(*, is_random: bool) -> tuple[str, str]:
    if is_random:
        return _("first random direction"), _("second random direction")
    return _("most of its way"), _("second most")


def _says(landscape: Landscape, steps: list[int], at: int) -> str:
    return _(
        "Step {step:,} of {last:,}: the network's training loss is {loss}; at the closest place of"
        " the plane it is {plane}.",
        step=steps[at],
        last=steps[-1],
        loss=number(float(landscape.path_losses[at]), 4),
        plane=number(float(landscape.plane_losses[at]), 4),
    )


def _show_share(landscape: Landscape, path: RunPath, own: OwnNetwork, *, is_random: bool) -> None:
    share = f"{landscape.share:.1%}"
    if is_random:
        words = _(
            "This plane holds {share} of the path's variance: random directions seldom hold the"
            " path, and the line that looks so short here is its projection. Each filter of a"
            " direction is as long as the network's own (Li et al., 2018).",
            share=share,
        )
    else:
        words = _("This plane holds {share} of the variance of the run's path.", share=share)
    if partly := measured_over(own, landscape.examples):
        words += " " + partly
    if path.averages.shape[1]:
        words += " " + _(
            "Batch norm's running averages are those of the last moment at every place of the plane"
            " and each moment's own in its loss."
        )
    if not path.is_whole:
        words += " " + _("The run is long: its later path is known only at its checkpoints.")
    st.caption(words)
