"""The description of a recorded run: `recorded.json`, in place of an experiment.

Known without PyTorch: a list of runs reads it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

RECORD = "recorded.json"
GRAPH = "network.onnx"
"""The network without its weights: its initializers have the names of the `state_dict`, and are
filled from a file of weights."""
DATA = "data.npz"
"""Examples that the recorder was given: `x` [n, *inputs] and, where there are targets, `y`."""
SCHEMA = 1
MOST_METRICS = 64
MOST_NAME = 80
"""Characters of a metric's name, and of a class's."""
MOST_CLASSES = 1000
GRADIENT = "gradient:"
"""Begins the name of a tensor that is the gradient of a parameter, in a checkpoint of a recorded
run."""

MOST_NOTES = 100
"""Texts that a recorder has to say."""

RecordedTask = Literal["classification", "regression"]
Size = Annotated[int, Field(ge=0, lt=2**31)]
ClassName = Annotated[str, Field(max_length=MOST_NAME)]


class Record(BaseModel):
    """A network and data as a recorder found them. Replaced whole where more becomes known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_: int = Field(SCHEMA, alias="schema", serialization_alias="schema")
    module: str = Field(max_length=200)
    """The name of the module's class."""
    parameters: int = Field(ge=0)
    inputs: tuple[Size, ...] | None = None
    """The shape of one example, without the batch; None: no example was given."""
    outputs: tuple[Size, ...] | None = None
    """The shape of the network's answer to one example."""
    task: RecordedTask | None = None
    """None: without targets and class names nobody knows."""
    classes: tuple[ClassName, ...] | None = Field(None, max_length=MOST_CLASSES)
    """The names of the classes, in the order of the network's outputs. Of a network with one output
    and two names it is the logit of the second."""
    examples: int = Field(0, ge=0)
    """Rows of `data.npz`."""
    given: int = Field(0, ge=0)
    """Rows that the recorder was given."""
    tensors: tuple[str, ...] | None = None
    """The tensors that `network.onnx` needs as input, by their names in the `state_dict`; None:
    there is no graph."""
    no_graph: str | None = None
    """Why there is no `network.onnx`, for a person."""
    layers: tuple[dict[str, Any], ...] | None = None
    """The network as layers of the lab (`nnlab.config.layers`), where it is a plain sequence of
    them: then a browser can evaluate it. Their weights are called as in `nn.Sequential`:
    `weights_of` maps those names to the `state_dict`'s."""
    weights_of: dict[str, str] | None = None
    """`{"0.weight": "fc1.weight"}`; None where `layers` is."""
    notes: tuple[str, ...] = Field((), max_length=MOST_NOTES)
    """The recorder's notes: it could not keep the data, an input changed its shape."""

    @property
    def is_plane(self) -> bool:
        """Whether an example is a point of the plane."""
        return self.inputs == (2,)

    @property
    def is_pictures(self) -> bool:
        """Whether an example is a picture: 1 or 3 channels, height, width; or height, width."""
        shape = self.inputs or ()
        return len(shape) == 3 and shape[0] in (1, 3) and min(shape[1:]) >= 4


def to_json(record: Record) -> str:
    """The content of `recorded.json`."""
    return record.model_dump_json(by_alias=True, exclude_none=True, indent=1)
