"""A chapter, opened as a page."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

REPOSITORY = Path(__file__).parents[3]


def opened(chapter: str) -> AppTest:
    """The page of a chapter."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.query_params["chapter"] = chapter
    return ran(test.switch_page("pages/learn.py"))


def ran(test: AppTest) -> AppTest:
    """The same after a run without an exception."""
    test.run()
    assert not test.exception
    return test
