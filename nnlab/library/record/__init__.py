"""Your own loop, written down while it trains: `nnlab.record`."""

from nnlab.library.record.begin import record
from nnlab.library.record.recording import Recording
from nnlab.library.record.warn import RecordWarning

__all__ = ["RecordWarning", "Recording", "record"]
