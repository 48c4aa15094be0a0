"""The values of widgets, which Streamlit keeps under the widgets' keys.

A widget's key begins with its page, so that two pages share none by accident; the keys that
people's scripts use are the same on every page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from nnlab.ui.session.typed import of_session

PUBLIC = frozenset(
    {
        *("train", "pause", "resume", "step", "epoch", "stop", "reset", "status"),
        *("loss_chart", "accuracy_chart", "boundary_chart", "network_drawing", "past_slider"),
        *("lr", "dataset", "inputs", "activation", "optimizer", "batch_size"),
        *("canvas", "prediction", "run_list"),
    }
)
"""Keys that stay as they are, whatever page they are on."""


@dataclass
class KeptValues:
    """Values of widgets that outlive another panel and another page, by the widget's key.

    Streamlit forgets the value of a widget that is not drawn.
    """

    by_key: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Widgets:
    """The widgets of a page, by their names without the page."""

    page: str
    """Empty: of any page, by their whole keys."""

    def key(self, name: str) -> str:
        """The key of a widget: `images_momentum`; a public one is its name."""
        return name if not self.page or name in PUBLIC else f"{self.page}_{name}"

    def __contains__(self, name: str) -> bool:
        """Whether the session knows a value of the widget."""
        return self.key(name) in st.session_state

    def __getitem__(self, name: str) -> Any:
        """Return the widget's value, or its initial one before it is drawn.

        Raises KeyError: none yet.
        """
        return st.session_state[self.key(name)]

    def __setitem__(self, name: str, value: object) -> None:
        """Give the widget another value, before it is drawn."""
        st.session_state[self.key(name)] = value

    def get(self, name: str, default: Any = None) -> Any:
        """Return the widget's value; `default` if there is none yet."""
        return st.session_state.get(self.key(name), default)

    def setdefault(self, name: str, value: object) -> None:
        """Give the widget its first value."""
        st.session_state.setdefault(self.key(name), value)

    def update(self, values: Mapping[str, object]) -> None:
        """Give widgets other values, before they are drawn."""
        for name, value in values.items():
            self[name] = value

    def forget(self, *names: str) -> None:
        """Let widgets begin anew, or with what was kept of them."""
        for name in names:
            st.session_state.pop(self.key(name), None)

    def kept(self, name: str, default: Any = None) -> Any:
        """Return the widget's value, else the one it had when it was last drawn."""
        return self.get(name, of_session(KeptValues).by_key.get(self.key(name), default))

    def hold(self, name: str, first: object) -> None:
        """Give the widget what it said when it was drawn last, else `first`; call it each time."""
        value = self.kept(name, first)
        self[name] = value
        self.keep(name, value)

    def keep(self, name: str, value: object) -> None:
        """Remember what the widget says, for when it is drawn again."""
        of_session(KeptValues).by_key[self.key(name)] = value


elements = Widgets("")
home, playground, images = Widgets("home"), Widgets("playground"), Widgets("images")
draw, runs, sweep = Widgets("draw"), Widgets("runs"), Widgets("sweep")
lessons, learn, classroom = Widgets("lessons"), Widgets("learn"), Widgets("classroom")
