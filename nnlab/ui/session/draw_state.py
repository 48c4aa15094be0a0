"""A session's state of the Draw page: the drawing, the model, the game."""

from dataclasses import dataclass, field
from typing import Any, Literal

from nnlab.insight.activations import Place
from nnlab.recipes import get
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.typed import of_session

OFFLINE = "draw-offline"
"""The recipe of a reader that is made for drawings and needs no download."""


@dataclass
class Sheet:
    """The drawing of a session."""

    version: int = 0
    """Changes with each clearing: the canvas is emptied by becoming another one."""
    start: dict[str, Any] | None = None
    """The canvas's initial drawing, in Fabric.js's format; changes with each undo."""
    drawing: dict[str, Any] | None = None
    """The present drawing, in Fabric.js's format."""
    png: bytes | None = None
    """The present drawing as PNG."""
    undone: dict[str, Any] | None = None
    """The canvas's drawing from before an undo, which it sends until it has received the undo."""

    @property
    def key(self) -> str:
        """Key of the component."""
        return f"canvas_{self.version}"

    @property
    def strokes(self) -> list[dict[str, Any]]:
        """The strokes of the pen and of the eraser, the oldest first."""
        return list((self.drawing or {}).get("objects", ()))

    def clear(self) -> None:
        """Clear the drawing."""
        self.version += 1
        self.start = self.drawing = self.png = self.undone = None

    def undo(self) -> None:
        """Take the newest stroke away. The canvas redraws the rest, and sends it."""
        if len(self.strokes) <= 1:
            self.clear()
            return
        self.undone = self.drawing
        # The number makes it another start than the last one, even with the same strokes.
        turn = (self.start or {}).get("turn", 0) + 1
        self.start = {**(self.drawing or {}), "objects": self.strokes[:-1], "turn": turn}
        self.drawing = self.start


@dataclass
class Game:
    """One session's game."""

    mode: Literal["ask", "fool"]
    asked: list[int] = field(default_factory=list)
    """For each round, a digit, or a place in `nnlab.ui.draw.panels.game.PAIRS`."""
    points: list[int] = field(default_factory=list)
    """Points of the finished rounds, 0 to 100 each."""

    @property
    def over(self) -> bool:
        """Whether all rounds are done."""
        return len(self.points) >= len(self.asked)

    @property
    def now(self) -> int:
        """The digit that this round asks for."""
        return self.asked[len(self.points)]

    @property
    def streak(self) -> int:
        """Rounds in a row, up to the last, with at least half of the points."""
        count = 0
        for points in reversed(self.points):
            if points < 50:
                break
            count += 1
        return count


@dataclass
class DrawState:
    """State of the page Draw."""

    training: LabState = field(default_factory=lambda: LabState(get(OFFLINE).experiment))
    """The reader that this session trains: its run, while it does."""
    sheet: Sheet = field(default_factory=Sheet)
    model: str | None = None
    """The id of the run that the session draws for; outlives a visit to another page."""
    listed: dict[str, str] = field(default_factory=dict)
    """The run's id of each label that the list of models has shown."""
    linked: str | None = None
    """The run that the address named last: it is chosen once."""
    followed: str | None = None
    """The run of a reader that took its place when it had weights: that happens once."""
    left: str | None = None
    """The run that read before it, until the browser has heard that another took its place."""
    panel: str | None = None
    """The label of the open panel; outlives a visit to another page, which a widget does not."""
    place: Place | None = None
    """The value that the X-ray looks at."""
    game: Game | None = None
    taught: str | None = None
    """The result of the last action on kept drawings."""
    taken: tuple[str, bool, str] | None = None
    """The upload that was handled already, whether it succeeded, and its message."""
    teaches_own: bool = False
    """Whether the panel Teach shows the person's own classes, not digits; kept across pages."""
    label_set: str | None = None
    """The id of the set of names that is taught."""


def draw_state() -> DrawState:
    """Return the state of this session."""
    return of_session(DrawState)
