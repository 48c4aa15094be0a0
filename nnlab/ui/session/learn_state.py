"""A session's state of the page Learn."""

from dataclasses import dataclass, field

import streamlit as st

from nnlab.config.link import CHAPTER
from nnlab.lessons.lesson import Answer
from nnlab.ui.session.typed import of_session

Place = tuple[str, int]
"""A chapter's id and one of its questions, from 1."""


@dataclass
class LearnState:
    """The session's answers, and the chapter shown or requested."""

    answers: dict[Place, Answer] = field(default_factory=dict)
    """Committed predictions, which cannot be changed."""
    opened: str | None = None
    """The chapter that another page asks for, until it is shown."""
    shown: str | None = None
    """The chapter that was shown last, empty for the list."""

    def answered(self, chapter: str) -> int:
        """Return the number of questions of a chapter that have an answer."""
        return sum(one == chapter for one, _number in self.answers)


def learn_state() -> LearnState:
    """Return the state of this session."""
    return of_session(LearnState)


def asked_chapter() -> str:
    """The chapter that another page or the address asks for, empty for none."""
    return learn_state().opened or st.query_params.get(CHAPTER, "")
