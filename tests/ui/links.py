"""The links that a page offers to be copied."""

import json

from streamlit.testing.v1 import AppTest


def links(test: AppTest) -> list[str]:
    """Their whole addresses, from the top of the page to its bottom."""
    told = [json.loads(one.proto.json or "{}") for one in test.get("bidi_component")]
    return [one["address"] for one in told if set(one) == {"address"}]
