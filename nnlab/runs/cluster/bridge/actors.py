"""Processes on the nodes of a Ray cluster: this alone speaks with Ray."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ray
from ray import exceptions
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

import nnlab.runs.cluster
from nnlab.errors import NnlabError
from nnlab.runs.cluster.bridge.address import accepts
from nnlab.runs.cluster.look import Looked, Looker
from nnlab.runs.cluster.seat import Seat
from nnlab.texts import _
from nnlab.threads import SHARED_CORES

PACKAGE = Path(nnlab.runs.cluster.__file__).parents[2]
METHODS_AT_ONCE = 8
"""Concurrent methods of one actor: the run itself, and requests during it."""
ITEMS_AHEAD = 8
"""Items that a run may send before they are taken; beyond it the run waits, and sends the
newest."""


class LostError(Exception):
    """The process of a run is gone, with its node or alone."""


class TooLateError(NnlabError):
    """An answer did not come in time."""


class Cluster:
    """A connection to the cluster at an address. There is one in a process, and no second."""

    def __init__(self, address: str) -> None:
        """Connect to an answering head, of which `bridge.address.reachable` gives the address.

        Raises:
            NnlabError: it has another Python or Ray, or this machine is no node of it.
        """
        try:
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"py_modules": [str(PACKAGE)], "env_vars": dict(SHARED_CORES)},
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise NnlabError(
                _("The Ray cluster at {address}: {error}", address=address, error=error)
            ) from error
        self.head = ray.get_runtime_context().gcs_address
        """Address of the head: host and port."""
        self._lookers: dict[str, Any] = {}
        """For each node a process that reports on it."""
        self._class = ray.remote(Seat)

    def answers(self) -> bool:
        """Whether the head can still be reached."""
        return accepts(self.head)

    def nodes(self) -> dict[str, dict[str, Any]]:
        """Return Ray's information on each living node, by the node's id."""
        return {node["NodeID"]: node for node in ray.nodes() if node["Alive"]}

    def look(self, node: str) -> Callable[[float], Looked | None]:
        """Have a node tell of itself. The promise takes seconds; None where it was too late.

        It raises NnlabError where what nnlab needs is not installed there, LostError where the
        node is gone.
        """
        if node not in self._lookers:
            self._lookers[node] = ray.remote(Looker).options(num_cpus=0, **self._on(node)).remote()
        told = self._lookers[node].look.remote()

        def promise(seconds: float) -> Looked | None:
            try:
                with said_plainly():
                    return ray.get(told, timeout=seconds)
            except TooLateError:
                return None
            except (NnlabError, LostError):
                self._lookers.pop(node, None)  # the next look is another one's
                raise

        return promise

    def keep(self, value: object) -> Any:
        """Lay a value into the object store; nodes fetch it once."""
        return ray.put(value)

    def worker(self, node: str, cpus: float, gpus: float, kind: type = Seat) -> "Worker":
        """A new process on a node, which takes some seconds until it is ready."""
        made = self._class if kind is Seat else ray.remote(kind)
        actor = made.options(
            num_cpus=cpus,
            num_gpus=gpus,
            max_concurrency=METHODS_AT_ONCE,
            max_restarts=0,
            **self._on(node),
        ).remote()
        return Worker(actor, kind, node, cpus, gpus)

    def _on(self, node: str) -> dict[str, Any]:
        return {"scheduling_strategy": NodeAffinitySchedulingStrategy(node, soft=False)}


class Worker:
    """A process on a node."""

    def __init__(self, actor: Any, kind: type, node: str, cpus: float, gpus: float) -> None:
        self._actor = actor
        self.kind, self.node, self.cpus, self.gpus = kind, node, cpus, gpus

    def stream(self, method: str, *args: object) -> Iterator[Any]:
        """Yield the items of a method of the actor, as they arrive.

        Raises:
            LostError: the process is gone.
            NnlabError: it failed; says how.
        """
        with said_plainly():
            items = (
                getattr(self._actor, method)
                .options(num_returns="streaming", _generator_backpressure_num_objects=ITEMS_AHEAD)
                .remote(*args)
            )
            for item in items:
                yield ray.get(item)

    def call(self, method: str, *args: object) -> Callable[[], Any]:
        """Have it do something. The promise returns the answer, and raises as `stream` does."""
        answer = getattr(self._actor, method).remote(*args)

        def promise() -> Any:
            with said_plainly():
                return ray.get(answer)

        return promise

    def kill(self) -> None:
        """End the process at once; whoever waits for it gets LostError."""
        with contextlib.suppress(exceptions.RayError, ValueError):
            ray.kill(self._actor)


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Raises what Ray raises as an error for a person; LostError where the process is gone."""
    try:
        yield
    except exceptions.RayTaskError as error:
        cause = error.cause if isinstance(error.cause, Exception) else error
        if isinstance(cause, NnlabError):
            raise cause from error
        raise NnlabError(
            _(
                "{kind} on a node of the cluster: {error}",
                kind=type(cause).__name__,
                error=str(cause).strip().split("\n")[-1][:500],
            )
        ) from error
    except exceptions.RuntimeEnvSetupError as error:
        raise NnlabError(
            _("A node of the cluster cannot run nnlab: {error}", error=str(error)[:500])
        ) from error
    except exceptions.GetTimeoutError as error:
        raise TooLateError(_("A node of the cluster was too slow.")) from error
    except exceptions.RayError as error:
        raise LostError(str(error).split("\n")[0][:300]) from error
