"""A past step of a run, replayed on a node; what comes of it is written on the server."""

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnlab.config.data import Data
from nnlab.errors import NnlabError
from nnlab.runs.cluster.bridge.spares import Replayers
from nnlab.runs.cluster.changes import apply
from nnlab.runs.cluster.lines import ReplayOrder
from nnlab.runs.cluster.pack import pack_replay
from nnlab.runs.rewind.past import fail, wanted_file
from nnlab.runs.store import Run

logger = logging.getLogger(__name__)


class Replaying:
    """A replay, led to its end as `nnlab.runs.rewind.past.replay` does it on this machine."""

    def __init__(
        self, order: ReplayOrder, replayers: Replayers, data: Callable[[Run, Path], dict[Data, Any]]
    ) -> None:
        self._order, self._replayers, self._data = order, replayers, data
        self._told = order.model_dump()
        self._folder, self._wanted = Path(order.replay), wanted_file(self._told)
        self._looked = 0.0

    def lead(self) -> None:
        """Replay it, until it is there or nobody looks any more. What goes wrong is left there."""
        worker, is_well = None, False
        try:
            pack = pack_replay(self._told)
            given = self._data(Run(Path(self._order.run)), Path(self._order.data_dir)).values()
            worker = self._replayers.take(self._order.nodes[0])
            for changes in worker.stream("replay", pack, self._told, *given):
                apply(self._folder, changes, "replay")
                if self._is_looked_at():
                    worker.call("still_wanted", Path(self._order.run).name)
            is_well = True
            for left in (self._wanted, self._wanted.with_suffix(".progress")):
                left.unlink(missing_ok=True)
        except FileNotFoundError:
            logger.info("the folder of a replay is gone, and nobody waits for it")
        except Exception as error:  # whatever it is, a person is waiting to hear of it
            if not isinstance(error, NnlabError):
                logger.exception("%s cannot be replayed", self._order.run)
            fail(self._told, str(error) or type(error).__name__)
        finally:
            if worker is not None:
                self._replayers.give_back(worker, is_well=is_well)

    def _is_looked_at(self) -> bool:
        """Whether somebody has looked since the last call."""
        before, seen = self._looked, 0.0
        with contextlib.suppress(FileNotFoundError):
            seen = self._wanted.stat().st_mtime
        self._looked = seen
        return seen > before
