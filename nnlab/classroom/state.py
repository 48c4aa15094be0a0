"""The lecturer's messages to the class: the run followed, the freeze, the things sent."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_LINK = 20_000
"""Characters of an experiment in a link, as `nnlab.config.link` makes it."""


class Sent(BaseModel):
    """Something that the lecturer sent to all: each page offers it once."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """Another with each sending."""
    kind: Literal["experiment", "recipe", "sweep_recipe", "lesson"]
    page: str
    """The page that opens it: `playground`, `images`, `sweep`."""
    what: str = Field(max_length=MAX_LINK)
    """A link's `x`, the id of a recipe, or of a lesson."""
    step: int = Field(0, ge=0)
    """Step of a lesson, from 0."""
    title: str = Field("", max_length=200)
    at: float
    """Seconds since 1970."""


class RoomState(BaseModel):
    """See the module. Kept by `nnlab.classroom.classroom.Classroom`, and changed there alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    frozen: bool = False
    """Whether only the lecturer may train."""
    following: str | None = None
    """The run that everybody watches."""
    hidden: tuple[str, ...] = ()
    """Parts of the Playground that students do not see, by the names of
    `nnlab.ui.session.hide.PARTS`."""
    sent: Sent | None = None
    lesson: str | None = None
    """The id of the lesson that the class is at."""
    lesson_step: int = Field(0, ge=0)
    stage: Literal["predict", "outcome", "explanation"] = "predict"
    """How much of the lesson's step the wall shows."""
    challenge: dict[str, Any] | None = None
    """The challenge as `nnlab.classroom.challenge.challenge` writes it; None without one."""
