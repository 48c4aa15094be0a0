"""What the guard knows of Streamlit's own protocol."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from nnlab.ui import stream
from nnlab.ui.stream import StreamlitProtocol


def test_a_page_may_run_stop_live_and_send_files() -> None:
    protocol, message = StreamlitProtocol(), BackMsg()
    message.rerun_script.page_name = "playground"
    assert protocol.kind(message.SerializeToString()) == "run"
    assert protocol.kind(BackMsg(app_heartbeat=True).SerializeToString()) == "other"
    assert protocol.kind(BackMsg(stop_script=True).SerializeToString()) == "other"
    message.file_urls_request.file_names.append("a.csv")
    assert protocol.kind(message.SerializeToString()) == "other"
    message.backend_operation_request.dataframe_chunk.source_id = "x"
    assert protocol.kind(message.SerializeToString()) == "other"


def test_nobody_clears_what_all_share_or_installs_anything() -> None:
    protocol, message = StreamlitProtocol(), BackMsg()
    assert protocol.kind(BackMsg(clear_cache=True).SerializeToString()) == "ignored"
    assert protocol.kind(BackMsg(debug_shutdown_runtime=True).SerializeToString()) == "ignored"
    message.backend_operation_request.install_skills.SetInParent()
    assert protocol.kind(message.SerializeToString()) == "ignored"


def test_every_message_that_streamlit_knows_is_decided_on() -> None:
    known = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert known == {"rerun_script", *stream.PASSED, *stream.IGNORED} & known
    assert "clear_cache" in known


@pytest.mark.parametrize("data", [b"", b"\xff" * 9, b"\x00"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no"):
        StreamlitProtocol().kind(data)


def test_no_message_asks_for_the_addresses_of_very_many_files() -> None:
    message = BackMsg()
    message.file_urls_request.file_names.extend(["x"] * (stream.MOST_FILES + 1))
    with pytest.raises(ValueError, match="no message"):
        StreamlitProtocol().kind(message.SerializeToString())


def test_a_run_is_over_where_it_does_not_begin_anew() -> None:
    ends = StreamlitProtocol().ends
    for status, expected in (
        (ForwardMsg.FINISHED_SUCCESSFULLY, True),
        (ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY, True),
        (ForwardMsg.FINISHED_WITH_COMPILE_ERROR, True),
        (ForwardMsg.FINISHED_EARLY_FOR_RERUN, False),
    ):
        assert ends(ForwardMsg(script_finished=status).SerializeToString()) is expected
    assert not ends(ForwardMsg(heartbeat_ack=True).SerializeToString())
