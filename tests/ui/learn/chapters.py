"""The page Learn, opened, and what it says."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import html

REPOSITORY = Path(__file__).parents[3]


def opened(**address: str) -> AppTest:
    """The page at an address: `chapter="softmax"`."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=120).run()
    for name, value in address.items():
        test.query_params[name] = value
    return ran(test.switch_page("pages/learn.py"))


def ran(test: AppTest) -> AppTest:
    """The same after a run without an exception."""
    test.run()
    assert not test.exception
    return test


def text(test: AppTest) -> str:
    """All that a person reads of it, tables too."""
    spoken = (*test.title, *test.markdown, *test.caption, *test.warning, *test.error, *test.code)
    return "\n".join([*(element.value for element in spoken), html(test)])
