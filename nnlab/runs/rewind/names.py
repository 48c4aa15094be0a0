"""The default names of branches."""

from collections.abc import Mapping

from nnlab.config.live_fields import WEIGHTS
from nnlab.runs.store import MAX_NAME
from nnlab.texts import number


def branch_name(name: str, step: int, changes: Mapping[str, object]) -> str:
    """`spiral · from 1,200, lr 0.1`."""
    said = [f"{_short(path)} {_number(value)}" for path, value in changes.items()]
    return fitting_name(name, f" · {', '.join([f'from {step:,}', *said])}")


def fitting_name(name: str, ending: str) -> str:
    """The name with an ending, as long as a name may be: the name is cut, not the ending."""
    ending = ending[: MAX_NAME - 1]
    return f"{name[: MAX_NAME - len(ending)]}{ending}"


def _short(path: str) -> str:
    return path if path.startswith(WEIGHTS) else path.rpartition(".")[2]


def _number(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return number(value, 6) if is_number else str(value)
