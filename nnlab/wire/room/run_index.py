"""The owners of a directory's runs, without listing it again and again."""

import os
import time
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.runs.store import Run

MOST_READ = 500
"""Runs whose meta data are read at one look; the rest come at the next."""
SETTLED_SECONDS = 1.0
"""A directory that was changed so lately may have changed again within the same tick of its
clock: it is listed once more."""


class RunIndex:
    """The newest run of each owner.

    The directory is listed when it has changed, and of each run the meta data are read once: an
    owner stays.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._mark = -1
        self._owners: dict[str, tuple[str, float]] = {}
        """Owner and creation time of each run. "" if unknown."""
        self._newest: dict[str, tuple[float, str]] = {}
        """Newest run of each owner."""

    def newest(self, owner: str, since: float = 0.0) -> str | None:
        """The id of their newest run that was made at or after `since` (seconds since 1970)."""
        made, run_id = self._newest.get(owner, (0.0, None))
        return run_id if run_id is not None and made >= since else None

    def look(self) -> None:
        """Take in what was made and deleted since the last look. Blocks for a moment.

        Raises:
            OSError: the directory cannot be listed.
        """
        try:
            mark = self._root.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if mark == self._mark:
            return
        here = {entry.name for entry in os.scandir(self._root) if not entry.name.startswith(".")}
        for gone in self._owners.keys() - here:
            del self._owners[gone]
        new = sorted(here - self._owners.keys(), reverse=True)  # names begin with the time
        for name in new[:MOST_READ]:
            self._owners[name] = self._read(name)
        is_settled = time.time() - mark / 1e9 > SETTLED_SECONDS
        self._mark = mark if is_settled and len(new) <= MOST_READ else -1
        self._newest = {}
        for name, (owner, made) in self._owners.items():
            if owner and (made, name) > self._newest.get(owner, (0.0, "")):
                self._newest[owner] = made, name

    def _read(self, name: str) -> tuple[str, float]:
        try:
            meta = Run(self._root / name).meta
        except NnlabError:  # no run, or one that is damaged
            return "", 0.0
        return meta.owner, meta.created
