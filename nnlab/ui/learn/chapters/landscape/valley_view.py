"""The straight line between the weights of two runs, and the ridge that stands on it."""

import streamlit as st

from nnlab.learn.landscape.budget import affordable
from nnlab.learn.landscape.figures import valley_figure
from nnlab.learn.landscape.valley import Valley, are_alike, must_be_alike, valley
from nnlab.models.vectors import averages_of
from nnlab.texts import _, number
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES
from nnlab.ui.components.chart import show_chart
from nnlab.ui.learn.own_network import OwnNetwork, choose_network, small_network
from nnlab.ui.learn.path_of_run import measured_over, training_part
from nnlab.ui.runtime.cache import answers, kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import learn as widgets

OTHER_SEED = 1


def show_valley(own: OwnNetwork) -> None:
    """The other run, and the way to it.

    Raises:
        NnlabError: there is no line between the two; says why.
    """
    other = choose_network(
        "landscape_other", beside=own, first=lambda one: are_alike(own.experiment, one)
    )
    if other.run is None and own.run is None:
        other = OwnNetwork(
            _("the same, from other initial weights"), other.experiment, _small_other(), None
        )
    must_be_alike(own.experiment, other.experiment)
    found, examples = answers.get_or_make(
        ("valley", *_names(own), *_names(other)), lambda: _valley(own, other)
    )
    at = st.slider(
        _("Share of the other run's weights"),
        float(found.shares[0]),
        float(found.shares[-1]),
        0.5,
        key=widgets.key("landscape_between"),
    )
    says = _says(found, at)
    figure = valley_figure(
        found.shares.numpy(),
        found.losses.double().numpy(),
        (_("your run"), _("the other")),
        at,
        dark=st.context.theme.type == "dark",
    )
    show_chart(figure, key="valley_chart", alt=says)
    st.caption(says)
    notes = [measured_over(own, examples)]
    if len(averages_of(own.snapshot.network)):
        notes.append(_("Batch norm's running averages are mixed as the weights are."))
    if any(notes):
        st.caption(" ".join(filter(None, notes)))


def _names(own: OwnNetwork) -> tuple[str, int, int]:
    return own.run.id if own.run else own.name, own.snapshot.step, id(own.snapshot)


def _valley(own: OwnNetwork, other: OwnNetwork) -> tuple[Valley, int]:
    network = own.snapshot.network
    _side, part = affordable(network, training_part(own))
    loss = LOSSES[own.experiment.training.loss]
    return valley(network, other.snapshot.network, part, loss), len(part)


def _says(found: Valley, at: float) -> str:
    here = int((found.shares - at).abs().argmin())
    return _(
        "With {share} of the other's weights the training loss is {loss}. Between the two a ridge"
        " of {barrier} stands above the straight line from the one's loss to the other's.",
        share=f"{float(found.shares[here]):.0%}",
        loss=number(float(found.losses[here]), 4),
        barrier=number(found.barrier, 3),
    )


@kept
def _small_other() -> Snapshot:
    """The small network from other initial weights: there is a valley to be seen without a run."""
    experiment = small_network().experiment.with_set("model.seed", OTHER_SEED)
    running = fit(experiment, splits_of(experiment.data))
    for _event in running:
        pass
    return Snapshot(running.step, running.model.eval())
