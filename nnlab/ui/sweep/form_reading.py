"""The sweep that the form's widgets say."""

from typing import Any

from nnlab.config import Experiment, Images, Sweep
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _
from nnlab.ui.session.sweep_state import SweepState, must_have_nets
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.sweep.axis_rows import read_axes
from nnlab.ui.sweep.search_form import NAMES, read_search


def form_said(state: SweepState) -> tuple[object, ...]:
    """All that the widgets say: another one whenever something was changed."""
    names = [f"axis_{part}_{row}" for row in state.rows for part in ("path", "values")]
    names += ["budget", "sampled", "sample_count", *(f"search_{name}" for name in NAMES)]
    return tuple(widgets.get(name) for name in names)


def read_form(state: SweepState) -> Sweep:
    """The sweep that the widgets say.

    Raises:
        InvalidExperimentError: they say none, or one whose networks cannot be made.
    """
    before = state.chosen
    said: dict[str, Any] = {
        "experiment": _base(before.experiment),
        "axes": read_axes(state),
    }
    if not isinstance(before.experiment.data, Images):
        if widgets.get("sampled"):
            seed = before.sample.seed if before.sample else 0
            said["sample"] = {"count": widgets.get("sample_count", 32), "seed": seed}
    else:
        said["search"] = read_search(before.search)
    if not said["axes"]:
        raise InvalidExperimentError(_("Nothing varies yet: add an axis."))
    sweep = Sweep.from_dict(said)
    must_have_nets(sweep)
    return sweep


def _base(experiment: Experiment) -> dict[str, Any]:
    name = "epochs" if experiment.training.epochs is not None else "steps"
    budget = widgets.get("budget") or getattr(experiment.training, name)
    if budget != getattr(experiment.training, name):
        experiment = experiment.with_set(f"training.{name}", budget)
    return experiment.model_dump(mode="json", exclude_defaults=True)
