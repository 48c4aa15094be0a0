"""A person's settings: logits, the right class, temperature and label smoothing."""

from dataclasses import dataclass

from nnlab.errors import NnlabError, shown
from nnlab.texts import _

FEWEST_CLASSES, MOST_CLASSES = 2, 6
LARGEST_LOGIT = 10.0
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 10.0
MOST_SMOOTHING = 0.5


@dataclass(frozen=True)
class Scores:
    """The logits of one example, and what they are compared with."""

    logits: tuple[float, ...] = (2.0, 1.0, -1.0)
    """[k], 2 to 6 of them, each from -10 to 10."""
    target: int = 1
    """The right class, from 0."""
    temperature: float = 1.0
    """The divisor of the logits, 0.1 to 10."""
    smoothing: float = 0.0
    """The share of the target that is spread over all classes, 0 to 0.5."""


def read_scores(received: object) -> Scores:
    """Return the browser's settings, checked.

    Args:
        received: a dictionary with the fields of `Scores`.

    Raises:
        NnlabError: a field is absent, no number, or out of its range.
    """
    if not isinstance(received, dict):
        raise NnlabError(
            _("The picture sends its values as a dictionary, got {what}.", what=shown(received))
        )
    logits = received.get("logits")
    if not isinstance(logits, list) or not FEWEST_CLASSES <= len(logits) <= MOST_CLASSES:
        raise NnlabError(
            _(
                "The picture has {fewest} to {most} logits, got {what}: reload the page.",
                fewest=FEWEST_CLASSES,
                most=MOST_CLASSES,
                what=shown(logits),
            )
        )
    target = received.get("target")
    if not isinstance(target, int) or not 0 <= target < len(logits):
        raise NnlabError(
            _(
                "The right class is one of 0 to {last}, got {what}: reload the page.",
                last=len(logits) - 1,
                what=shown(target),
            )
        )
    return Scores(
        tuple(_number(logit, -LARGEST_LOGIT, LARGEST_LOGIT, _("A logit")) for logit in logits),
        target,
        _number(
            received.get("temperature"), LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE, _("Temperature")
        ),
        _number(received.get("smoothing"), 0.0, MOST_SMOOTHING, _("Label smoothing")),
    )


def _number(value: object, low: float, high: float, name: str) -> float:
    is_number = isinstance(value, int | float)
    if not is_number or not low <= value <= high:
        raise NnlabError(
            _(
                "{name} is a number from {low:g} to {high:g}, got {what}: reload the page.",
                name=name,
                low=low,
                high=high,
                what=shown(value),
            )
        )
    return float(value)
