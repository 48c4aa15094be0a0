"""Every test has a hub of its own, and a server where it asks for one."""

from collections.abc import Iterator

import pytest

from nnlab.wire import hub
from tests.wire.bench import Server, serving


@pytest.fixture(autouse=True)
def own_hub() -> Iterator[None]:
    hub._only_hub.cache_clear()
    yield
    hub._only_hub.cache_clear()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server
