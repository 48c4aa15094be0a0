"""The files of a run: their size, and when they last changed."""

from nnlab.runs.disk import usage
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.recorded.record import RECORD
from nnlab.runs.store import EXPERIMENT, META, Listed, Run
from nnlab.ui.session.runs_state import Mark


def mark(run: Run) -> Mark:
    """Another one whenever something was written that an export reads."""
    times = []
    for name in (EXPERIMENT, RECORD, META, EVENTS_FILE, LIVE):
        try:
            times.append((run.path / name).stat().st_mtime_ns)
        except OSError:
            times.append(0)
    return tuple(times)


def disk_use(summary: Listed) -> int:
    """Bytes of all files of a run."""
    return usage(summary.run)
