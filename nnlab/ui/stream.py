"""Messages between Streamlit and its pages, as far as the guard needs to know them."""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, runtime_util
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from nnlab.wire.guard.sockets import Kind

END_BYTES = 200
"""The message that a run is over is shorter than this, in bytes."""
MOST_FILES = 100
"""Limit for the upload addresses requested by one message."""
PASSED = ("app_heartbeat", "stop_script", "file_urls_request", "backend_operation_request")
IGNORED = (
    "clear_cache",
    "load_git_info",
    "set_run_on_save",
    "debug_disconnect_websocket",
    "debug_shutdown_runtime",
    "install_skills",
    "dismiss_skills_nudge",
)
"""Messages of Streamlit's developer menu, which are ignored. `clear_cache` would drop what all
visitors share, such as the launcher; `install_skills` writes files."""
SENT_BYTES = 20_000_000
"""Limit for one message to a page."""


class StreamlitProtocol:
    """See `nnlab.wire.guard.sockets.PageProtocol`."""

    def kind(self, data: bytes) -> Kind:
        """Return the kind of a `BackMsg`. Raises ValueError: it is none that a page sends."""
        try:
            message = BackMsg.FromString(data)
        except DecodeError as error:
            raise ValueError("no BackMsg") from error
        kind = message.WhichOneof("type")
        if kind == "rerun_script":
            return "run"
        if kind in IGNORED or message.backend_operation_request.WhichOneof("payload") in IGNORED:
            return "ignored"
        if kind not in PASSED or len(message.file_urls_request.file_names) > MOST_FILES:
            raise ValueError("no message of a page")
        return "other"

    def ends(self, data: bytes) -> bool:
        """Whether a `ForwardMsg` says that the page's run is over; not one that begins anew."""
        if len(data) > END_BYTES:
            return False
        message = ForwardMsg.FromString(data)
        return (
            message.WhichOneof("type") == "script_finished"
            and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        )


def leave_for(address: str) -> bytes:
    """A `ForwardMsg` that makes a page go to an address of this server, as after `st.logout`."""
    message = ForwardMsg()
    message.auth_redirect.url = address
    return message.SerializeToString()


def files_held() -> dict[str, int]:
    """Bytes of uploaded files in memory, for each of Streamlit's sessions that has some."""
    if not Runtime.exists():
        return {}
    files = Runtime.instance().uploaded_file_mgr
    if not isinstance(files, MemoryUploadedFileManager):
        return {}
    # Copies: pages come and go in other threads meanwhile.
    sessions = {name: list(held.values()) for name, held in files.file_storage.copy().items()}
    return {name: sum(len(file.data) for file in held) for name, held in sessions.items() if held}


def allow_long_answers() -> None:
    """Raise the size limit of messages to pages, but not that of messages from pages.

    Streamlit has one setting for both, `server.maxMessageSize`, which uvicorn has read by the time
    that this is called.
    """
    runtime_util._max_message_size_bytes = SENT_BYTES
