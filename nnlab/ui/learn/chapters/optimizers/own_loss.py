"""The loss of the person's own network, in the plane in which its run moved."""

import streamlit as st

from nnlab.learn.landscape.surface import cost_of
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.run_objective import examples_of, of_run
from nnlab.runs.rewind.past import Replaying
from nnlab.runs.rewind.path import RunPath
from nnlab.texts import _
from nnlab.training.metrics import LOSSES
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from nnlab.ui.learn.own_network import OwnNetwork, choose_network, of_the_plane
from nnlab.ui.learn.path_of_run import (
    network_at_end,
    offer_newer,
    show_replaying,
    standing,
    training_part,
)
from nnlab.ui.runtime.cache import answers
from nnlab.ui.shell import messages

RATES = {
    "sgd": 0.5,
    **dict.fromkeys(("momentum", "nesterov"), 0.1),
    **dict.fromkeys(("rmsprop", "adam", "adamw"), 0.05),
}
BUSY_SECONDS = 0.5

Trail = tuple[tuple[float, float], ...]


def network_subject() -> Subject | None:
    """The list of networks, and the chosen one's loss; None while its run is replayed.

    Raises:
        NnlabError: its run has no way, or it is too large.
    """
    own = choose_network(
        "optimizers",
        of_the_plane,
        help=_("Runs on points, curves and tables. Those on pictures and sequences take too long."),
    )
    now = standing(own)
    if isinstance(now.path, Replaying):
        _wait(own)
        return None
    path = now.path
    offer_newer(own, now, "optimizers")
    name = own.run.id if own.run else "small"
    key = "race", name, now.last, len(path.steps)
    objective, trail, share, examples = answers.get_or_make(key, lambda: _of(own, path))
    return Subject(
        f"network_{name}",
        objective,
        RATES,
        ("x", "y"),
        r"f(x, y) = L(\theta_{\text{now}} + x\, u + y\, v)",
        trail=trail,
        plane=f"{name}_{now.last}_",
        said=_(
            "L is the loss of your network over {examples} of its {all} training examples; u and v"
            " are the two directions in which its weights moved most, with {share} of the variance"
            " of its way. Dashed: that way, seen from above. The optimizers here move in this plane"
            " alone.",
            share=f"{share:.1%}",
            examples=examples,
            all=len(training_part(own)),
        ),
    )


def _wait(own: OwnNetwork) -> None:
    """How far the replay has come, looked at twice a second."""

    @st.fragment(run_every=BUSY_SECONDS)
    @messages()
    def frame() -> None:
        path = standing(own).path
        if not isinstance(path, Replaying):
            st.rerun()
        show_replaying(path)

    frame()


def _of(own: OwnNetwork, path: RunPath) -> tuple[Objective, Trail, float, int]:
    network, part = network_at_end(own, path), training_part(own)
    loss, size = LOSSES[own.experiment.training.loss], path.weights.shape[1]
    objective, trail, share = of_run(network, part, loss, path.weights)
    examples = examples_of(len(part), size, cost_of(network, part.x[:1])[1])
    return objective, tuple((x, y) for x, y in trail.tolist()), share, examples
