"""Nodes in this process: what they tell is applied to the server's folder as it comes."""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nnlab.runs.cluster.changes import Appended, Change, apply
from nnlab.runs.cluster.given import Given
from nnlab.runs.cluster.node import NodeWorker
from nnlab.runs.cluster.pack import pack_replay, pack_run
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.run import Run
from nnlab.training.controls import Control
from nnlab.training.events import Event, from_line

ORDER: dict[str, Any] = {"since": 0.0, "device": "cpu", "threads": None, "memory": None, "nice": 0}


def sent(what: Any) -> Any:
    """As it comes out at the other end of a wire."""
    return pickle.loads(pickle.dumps(what))


def line(**control: Any) -> str:
    """A line of `control.jsonl`."""
    return Control.model_validate({"id": "c", "at": 1.0, **control}).model_dump_json(
        exclude_unset=True
    )


def events_in(changes: list[Change]) -> list[Event]:
    lines = [one.data for one in changes if isinstance(one, Appended) and one.name == EVENTS_FILE]
    return [from_line(one) for one in b"".join(lines).splitlines() if one]


def train_on_node(
    run: Run,
    *given: Given,
    worker: NodeWorker | None = None,
    pickled: bool = True,
    hear: Callable[[NodeWorker, Event], object] = lambda _worker, _event: None,
    **order: Any,
) -> list[list[Change]]:
    """Train the run on a node. `hear` gets each event. Returns what came, item by item."""
    worker = worker or NodeWorker()
    items = []
    for changes in worker.train(
        sent(pack_run(run)), ORDER | order, *(sent(given) if pickled else given)
    ):
        items.append(sent(changes))
        apply(run.path, items[-1])
        for event in events_in(changes):
            hear(worker, event)
    return items


def replay_on_node(order: Mapping[str, Any], *given: Given) -> None:
    """Carry out an order of `nnlab.runs.rewind.past` on a node."""
    for changes in NodeWorker().replay(sent(pack_replay(order)), {**ORDER, **order}, *given):
        apply(Path(order["replay"]), sent(changes), "replay")
