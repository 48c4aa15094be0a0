"""A recorded network as a reader of drawings, which are pictures 1×28×28 in [0, 1]."""

from dataclasses import dataclass

from torch import nn

from nnlab.config import Flatten, Layer, Model, Normalize
from nnlab.data.published import DIGIT_NAMES
from nnlab.errors import NnlabError
from nnlab.models import build
from nnlab.runs.recorded.answers import as_logits, class_names, ends_in
from nnlab.runs.recorded.layered import LAYERS
from nnlab.runs.recorded.network import RecordedNetwork
from nnlab.runs.recorded.pictures import DRAWING, PictureForm, picture_form
from nnlab.runs.recorded.record import Record
from nnlab.runs.run import Run
from nnlab.texts import _
from nnlab.ui.runtime.recorded_view import layers_of, recorded_examples, recorded_moment
from nnlab.ui.runtime.snapshot import Snapshot

OUTPUTS = (len(DIGIT_NAMES),)
MOST_LAYERS = 64
"""Limit for the layers of a `Model`."""


@dataclass(frozen=True)
class RecordedReader:
    """A recorded network that drawings are shown to."""

    moment: Snapshot
    """Its network takes drawings [n, 1, 28, 28] in [0, 1] and gives logits [n, 10]."""
    model: Model | None
    """The layers of that network, where it is of the lab's: then it has gradients, and a browser
    can evaluate it."""
    form: PictureForm
    """How drawings are given to the network that was recorded."""
    has_examples: bool
    """Whether `form` is that of recorded examples, or taken for granted."""


def reads_drawings(record: Record) -> bool:
    """Whether a recorded network can be shown a drawing: 28×28 grey pixels in, ten classes out."""
    form = picture_form(record, None)
    fits = form is not None and form.shape == DRAWING and record.outputs == OUTPUTS
    return fits and record.tensors is not None and names_of(record) is not None


def names_of(record: Record) -> tuple[str, ...] | None:
    """Return the names of its ten classes, by default the digits. None: no classes."""
    if record.task is None and record.classes is None:
        return DIGIT_NAMES
    return class_names(record)


def recorded_reader(run: Run, *, moving: bool) -> RecordedReader:
    """The reader with the newest weights; while the loop goes on, with those of the last seconds.

    Raises as `recorded_moment` and `recorded_examples`, and NnlabError: it takes no drawings.
    """
    record = run.recorded
    moment = recorded_moment(run, moving=moving)
    x = recorded_examples(run)[0] if record.examples else None
    form = picture_form(record, x if x is not None and len(x) else None)
    if form is None:
        raise NnlabError(why_no_drawings(run))
    return moment.cached(
        ("drawings", form),
        lambda network: _reader(moment, network, form, has_examples=x is not None),
    )


def why_no_drawings(run: Run) -> str:
    """Why a recorded network cannot be shown a drawing, for the person who asked for it."""
    record = run.recorded
    return record.no_graph or _(
        "The recorded run '{name}' cannot read a drawing: a drawing is 1×28×28 numbers, and ten"
        " classes are asked for; its network takes {inputs} and gives {outputs}.",
        name=run.meta.name,
        inputs=_shape(record.inputs),
        outputs=_shape(record.outputs),
    )


def _reader(
    moment: Snapshot, network: nn.Sequential, form: PictureForm, *, has_examples: bool
) -> RecordedReader:
    last = ends_in(network)
    layers = layers_of(moment)
    model = None if layers is None else _model(network, form)
    if layers is None or model is None:
        function = form.through(as_logits(network, last))
        return RecordedReader(Snapshot(moment.step, function), None, form, has_examples)
    built = build(model, DRAWING).eval()
    before = len(built) - len(layers.network)
    weights = {}
    for name, value in layers.network.state_dict().items():
        number, _dot, rest = name.partition(".")
        weights[f"{int(number) + before}.{rest}"] = value
    built.load_state_dict(weights)
    return RecordedReader(Snapshot(moment.step, built), model, form, has_examples)


def _model(network: nn.Sequential, form: PictureForm) -> Model | None:
    """The layers from a drawing to the logits; None where it is not of the lab's layers."""
    recorded = network[0]
    if not isinstance(recorded, RecordedNetwork) or recorded.record.layers is None:
        return None
    layers = LAYERS.validate_python(recorded.record.layers)
    before: list[Layer] = []
    if form.is_scaled:
        wide = form.high - form.low
        before.append(Normalize(mean=-form.low / wide, std=1 / wide))
    if form.inputs == (28, 28) and not isinstance(layers[0], Flatten):
        return None
    if form.inputs == (784,):
        before.append(Flatten())
    if (
        recorded.session.ends_in in ("Sigmoid", "Softmax")
        or len(before) + len(layers) > MOST_LAYERS
    ):
        return None
    return Model(layers=(*before, *layers))


def _shape(shape: tuple[int, ...] | None) -> str:
    return "×".join(map(str, shape or ())) or "?"
