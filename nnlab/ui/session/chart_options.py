"""Display options of the Playground's charts: part of the link, not of the experiment."""

from dataclasses import dataclass, fields, replace

from nnlab.errors import InvalidExperimentError, one_of
from nnlab.texts import _

SMOOTHEST = 0.99
MAX_UNITS = 6


@dataclass(frozen=True)
class Look:
    """Display options, in the address as `?look=discretize,log_loss,smoothing-0.6`."""

    validation: bool = True
    """Whether points of the validation set are drawn."""
    discretize: bool = False
    """Whether the plane shows the likeliest class (a value's sign) instead of the confidence."""
    log_loss: bool = False
    smoothing: float = 0.0
    """The weight of the moving average of the curves, 0 to 0.99."""
    units: int = 0
    """The hidden layer whose units' curves are shown over a fitted curve; 0: none."""

    def to_words(self) -> str:
        """Return the options that are not the default, separated by commas; empty if none."""
        words = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            if isinstance(value, bool):
                words.append(field.name if value else f"no-{field.name}")
            else:
                words.append(f"{field.name}-{value:g}")
        return ",".join(words)

    @classmethod
    def from_words(cls, words: str) -> "Look":
        """Parse the look from the words of an address.

        Raises:
            InvalidExperimentError: an unknown word, or a number out of its range.
        """
        look = cls()
        for word in filter(None, words.split(",")):
            look = replace(look, **_said(word))
        return look


NUMBERS = {"smoothing": (float, SMOOTHEST), "units": (int, MAX_UNITS)}
SWITCHES = tuple(field.name for field in fields(Look) if field.name not in NUMBERS)
WORDS = (*SWITCHES, *(f"no-{name}" for name in SWITCHES), "smoothing-0.6", "units-1")


def _said(word: str) -> dict[str, bool | float | int]:
    if word.removeprefix("no-") in SWITCHES:
        return {word.removeprefix("no-"): not word.startswith("no-")}
    name, _dash, number = word.partition("-")
    if name not in NUMBERS:
        raise InvalidExperimentError(f"look: {one_of(_('word'), word[:40], WORDS)}")
    kind, most = NUMBERS[name]
    try:
        value = kind(number)
    except ValueError:
        value = kind(-1)
    if not 0 <= value <= most:
        raise InvalidExperimentError(
            _(
                "look: {name} goes from 0 to {most:g}, got {number!r}: write {name}-{half:g}.",
                name=name,
                most=most,
                number=number[:20],
                half=most / 2,
            )
        )
    return {name: value}
