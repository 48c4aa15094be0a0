"""Proof: no message and no query that reaches the wire costs more than a second and 100 MB."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.errors import NnlabError
from nnlab.wire.request import MESSAGE_BYTES, WireRequest, from_message, from_query
from tests.hold.bounds import cost_of, fuzzed, must_hold

FRAME = 20_000_000
"""Bytes: more than any server's limit of a message lets through."""
SCALARS = (
    0, -1, 2**63 - 1, 2**63, 10**400, 1.5, float("nan"), float("inf"), True, None, "", "x", "\0",
    "\u202e", "<script>", "😀" * 30, "x" * 101, "__metadata__", {}, [], [[]], {"a": 1},
)  # fmt: skip
VALUES = st.sampled_from(SCALARS) | st.lists(st.sampled_from(SCALARS), max_size=70)
SAID = st.dictionaries(
    st.sampled_from(("offset", "version", "parts", "more", "", "x" * 500)), VALUES, max_size=5
).map(json.dumps)
PIECES = (
    "[",
    '{"a":',
    "1",
    "9",
    '"',
    "\\u0000",
    '"\\ud800",',
    "0,",
    "-",
    "1e9",
    "\ud800",
    " ",
    "é",
)
REPEATED = st.builds(
    lambda head, piece, count, tail: head + piece * count + tail,
    st.sampled_from(("", '{"offset": ', '{"version": "', '{"parts": [', '{"parts": "')),
    st.sampled_from(PIECES),
    st.sampled_from((1, 40, 1_000, 4_000, MESSAGE_BYTES, 100_000, FRAME)),
    st.sampled_from(("", "}", '"}', "]}", '"]}')),
)
MESSAGES = SAID | REPEATED | st.none() | st.binary(max_size=50).map(lambda data: data * 200)
QUERIES = st.dictionaries(
    st.sampled_from(("offset", "version", "parts", "token", "x")),
    st.builds(
        lambda piece, count: piece * count,
        st.sampled_from(("1", "9", "-1", "٣", "²", "a,", ",", "x", "\0", "é", "1e5", "")),
        st.sampled_from((1, 19, 20, 70, 4_000, 60_000, 1_000_000)),
    ),
    max_size=4,
)


def size_of(message: str | bytes | None) -> int:
    """Bytes that were received."""
    if message is None or isinstance(message, bytes):
        return len(message or b"")
    return len(message.encode(errors="surrogatepass"))


@pytest.mark.proof
@fuzzed(0.06)
@given(MESSAGES)
def test_no_message_is_dear(message: str | bytes | None) -> None:
    cost = cost_of(lambda: from_message(message), NnlabError)
    must_hold(cost, size_of(message))
    must_be_small(cost.outcome)


@pytest.mark.proof
@fuzzed(0.04)
@given(QUERIES)
def test_no_query_is_dear(query: dict[str, str]) -> None:
    cost = cost_of(lambda: from_query(query), NnlabError)
    must_hold(cost, sum(map(size_of, query.values())))
    must_be_small(cost.outcome)


def must_be_small(outcome: object) -> None:
    """Neither what is kept of a request nor the answer grows with it."""
    if isinstance(outcome, WireRequest):
        assert 0 <= outcome.offset < 2**63
        assert len(outcome.version) <= 100
        assert sum(map(len, outcome.parts or ())) <= 6_400
    else:
        assert len(str(outcome)) <= 500
