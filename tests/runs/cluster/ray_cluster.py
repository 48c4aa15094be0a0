"""A Ray cluster of this machine, for tests: a head that trains nothing, and nodes beside it."""

import os
from typing import Any

# Otherwise Ray takes the outer address of this machine; a head of a test listens on its own alone.
os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# A node whose helpers take longer to come up ends itself, as on a machine that is busy.
os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")

STORE_BYTES = 150 * 2**20


class RayCluster:
    """Processes of Ray on 127.0.0.1. `close` ends them."""

    def __init__(self, port: int | None = None) -> None:
        """`port` is the head's, any that is free unless told."""
        from ray.cluster_utils import Cluster

        self._cluster = Cluster()
        self.add(0, **({} if port is None else {"gcs_server_port": port}))
        self.address = str(self._cluster.address)

    def add(self, cpus: int, **more: Any) -> object:
        """A node more, which is up when this returns."""
        return self._cluster.add_node(
            num_cpus=cpus,
            num_gpus=0,
            object_store_memory=STORE_BYTES,
            include_dashboard=False,
            node_ip_address="127.0.0.1",
            **more,
        )

    def kill(self, node: object) -> None:
        """End a node without a word, as a machine that loses its power."""
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """End all of it."""
        self._cluster.shutdown()
