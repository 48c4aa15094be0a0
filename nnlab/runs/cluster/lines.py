"""Messages between the launcher and the bridge: JSON objects, one a line.

Orders go to the bridge's standard input; news come from its standard output.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nnlab.errors import NnlabError, shown
from nnlab.runs.cluster.placing import Node
from nnlab.texts import _

LINE_BYTES = 4 * 2**20
"""No line is longer: a thousand nodes take a quarter of it."""
MOST_NODES = 2000
MOST_DATA = 10_000

Text = Annotated[str, Field(max_length=4000)]
Path = Annotated[str, Field(max_length=4096)]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


# Orders ------------------------------------------------------------------------------------------


class LostNode(_Line):
    """The node that died while the run trained on it."""

    node: Text
    """Name of the node, as a person reads it."""


class TrainOrder(_Line):
    """Train a run, from its newest checkpoint if it has one."""

    run: Path
    """Run directory on the server."""
    since: float
    """Seconds since 1970: controls from before are not of this session."""
    data_dir: Path
    device: Text
    nice: int
    memory: int | None
    """Bytes that it may take; None: half of the machine's."""
    threads: int | None
    """Most threads that it computes in, where its experiment does not say."""
    nodes: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_NODES)]
    """Ids: one, or one for each part of a sweep."""
    cpus: float
    """Cores used on each node."""
    gpus: float
    lost: LostNode | None = None


class ReplayOrder(_Line):
    """Replay a run up to a step, into a folder of `nnlab.runs.rewind.past`."""

    replay: Path
    """The folder."""
    run: Path
    step: int
    kind: Text = ""
    steps: Annotated[tuple[int, ...], Field(max_length=100_000)] | None = None
    data_dir: Path
    memory: int | None
    nodes: Annotated[tuple[Text, ...], Field(min_length=1, max_length=1)]
    cpus: float
    gpus: float


class DropOrder(_Line):
    """A run whose node was lost will not go on now: let go of its lock."""

    drop: Path


Order = TrainOrder | ReplayOrder | DropOrder


# News --------------------------------------------------------------------------------------------


class DataNews(_Line):
    """A data set in the object store."""

    name: Text
    bytes: Annotated[int, Field(ge=0)]


class NodesNews(_Line):
    """The cluster is reached, and has these nodes."""

    nodes: Annotated[tuple[Node, ...], Field(max_length=MOST_NODES)]
    data: Annotated[tuple[DataNews, ...], Field(max_length=MOST_DATA)] = ()


class DownNews(_Line):
    """No cluster is reached."""

    down: Text
    """Why, with the mend."""


class LostNews(_Line):
    """A node died; the bridge holds the run's lock and waits for a new order, or `drop`."""

    lost: Path
    """The directory of the run."""
    node: Text
    """The node's id."""
    name: Text
    """Name of the lost node, as a person reads it."""
    why: Text


News = NodesNews | DownNews | LostNews

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)
_NEWS: TypeAdapter[News] = TypeAdapter(News)


def to_line(said: _Line) -> str:
    """An order or news as a line, its end included."""
    return said.model_dump_json() + "\n"


def read_order(line: str | bytes) -> Order:
    """The order of a line. Raises NnlabError: it is none."""
    return _read(_ORDERS, line)


def read_news(line: str | bytes) -> News:
    """The news of a line. Raises NnlabError: they are none."""
    return _read(_NEWS, line)


def _read(adapter: TypeAdapter[Any], line: str | bytes) -> Any:
    if len(line) > LINE_BYTES:
        raise NnlabError(
            _(
                "A line between the lab and its cluster has {received:,} characters, and may have"
                " {most:,}.",
                received=len(line),
                most=LINE_BYTES,
            )
        )
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        raise NnlabError(
            _(
                "A line between the lab and its cluster cannot be read ({received}): {reason}.",
                received=shown(line if isinstance(line, str) else line.decode(errors="replace")),
                reason=error.errors()[0]["msg"],
            )
        ) from error
