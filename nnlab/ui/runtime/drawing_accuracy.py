"""How many of the kept drawings a network reads right: a second test set, of people one knows."""

from nnlab.data.description import Info
from nnlab.data.handwriting import Drawing, as_part, read
from nnlab.data.published import DIGIT_NAMES
from nnlab.data.splits import Part
from nnlab.insight.predictions import predictions
from nnlab.ui import doors
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.drawing_models import DRAWING
from nnlab.ui.runtime.snapshot import Snapshot


def standing(moment: Snapshot, info: Info) -> tuple[int, int] | None:
    """How many are read right, and how many there are.

    None where no drawing is kept, or the network reads other pictures or classes.

    Raises:
        DataUnavailableError: a drawing cannot be read.
        NnlabError: the network's outputs are not finite.
    """
    if info.class_names != DIGIT_NAMES or info.input_shape != DRAWING:
        return None
    listed = doors.drawings().listed()
    if not listed:
        return None
    part = _part(listed)
    found = moment.explained(
        ("our handwriting", listed), lambda network: predictions(network, part.x, part.y)
    )
    return int((found.truths == found.answers).sum()), len(part)


@kept
def _part(listed: tuple[Drawing, ...]) -> Part:
    return as_part(*read(list(listed)))
