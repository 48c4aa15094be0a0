"""Find the first invalid axis of the form, and its message, which is shown at that axis."""

from nnlab.config import Axis
from nnlab.config.axis import points_of
from nnlab.config.axis_effects import with_value
from nnlab.errors import InvalidExperimentError
from nnlab.scene.sweep_fields import fields_for, guess_field, label_of
from nnlab.texts import _
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.session.widgets import sweep as widgets


def row_problem(state: SweepState) -> tuple[int, str] | None:
    """The first row whose axis cannot be made, and why; None: each can."""
    for row in state.rows:
        problem = _problem(
            state,
            str(widgets.get(f"axis_path_{row}") or "").strip(),
            str(widgets.get(f"axis_values_{row}") or "").strip(),
        )
        if problem is not None:
            return row, problem
    return None


def _problem(state: SweepState, path: str, text: str) -> str | None:
    experiment = state.chosen.experiment
    fields = fields_for(experiment)
    if path not in fields and "." not in path:
        guess = label_of(guess_field(path, fields))
        return _(
            "There is no field '{path}'. Did you mean {guess}? Any dotted path is a field, too, as"
            " training.optimizer.lr.",
            path=path[:100],
            guess=guess,
        )
    label = label_of(path)
    try:
        for value in points_of(Axis.model_construct(path=path, values=text), experiment):
            with_value(experiment, path, value)
    except InvalidExperimentError as error:
        said = str(error).removeprefix(f"{path}: ")
        return f"{label[:1].upper()}{label[1:]}: {said}"
    return None
