"""From one experiment to another while a run trains: what can be changed on the way."""

from collections.abc import Iterable
from typing import Any

from nnlab.config import Experiment
from nnlab.errors import InvalidExperimentError
from nnlab.training.live import is_live


def live_changes(before: Experiment, after: Experiment) -> dict[str, object] | None:
    """Dotted paths and new values, in an order in which each step is valid by itself.

    Empty where both are the same; None where something differs that cannot change in the middle
    of a run.
    """
    if (before.data, before.model) != (after.data, after.model):
        return None
    old, new = (one.training.model_dump(mode="json") for one in (before, after))
    changes: dict[str, Any] = {}
    for name, value in new.items():
        if name == "optimizer" and value["kind"] == old[name]["kind"]:
            fields = {
                f"{name}.{key}": part for key, part in value.items() if part != old[name][key]
            }
        else:
            fields = {name: value} if value != old[name] else {}
        changes |= {f"training.{key}": part for key, part in fields.items()}
    if not all(is_live(path) for path in changes):
        return None
    # Nesterov needs a momentum: on comes after it, off before it.
    for ordered in (list(changes.items()), list(changes.items())[::-1]):
        if _are_valid(before, ordered):
            return dict(ordered)
    return None


def _are_valid(experiment: Experiment, changes: Iterable[tuple[str, object]]) -> bool:
    try:
        for path, value in changes:
            experiment = experiment.with_set(path, value)
    except InvalidExperimentError:
        return False
    return True
