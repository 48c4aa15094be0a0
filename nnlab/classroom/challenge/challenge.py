"""A challenge of a class: data, limits, a goal, and how often each may look at the sealed test set.

What it says never changes once it is open; whether it is still open stands in `RoomState.challenge`
(`Told`), which every page may know. The secret stays in the server.
"""

import secrets
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nnlab.config import Curve, Data, Images, PlaneClasses, PlaneValues
from nnlab.config.base import Task
from nnlab.config.data import task_of
from nnlab.config.explain import explain
from nnlab.data.published import base_of
from nnlab.errors import NnlabError, shown
from nnlab.texts import _
from nnlab.visible import visible

MAX_TITLE = 80
"""Characters; longer ones are cut."""
MOST_RECEIVED = 20_000
"""Characters of a title that are looked at."""
MAX_LOOKS = 20
MAX_PARAMETERS = 5_000_000
SEALED = 2_000
"""Examples of the sealed test set; fewer where the test part of pictures has fewer."""

Word = Annotated[int, Field(ge=0, le=2**32 - 1)]
Secret = tuple[Word, Word, Word, Word]
"""128 bits. Seeds of experiments have 32: none of them draws the same numbers."""


def _new_secret() -> Secret:
    return (
        secrets.randbits(32),
        secrets.randbits(32),
        secrets.randbits(32),
        secrets.randbits(32),
    )


class Limits(BaseModel):
    """The limits of a network and its training. None: no limit."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    parameters: int = Field(ge=1, le=MAX_PARAMETERS)
    """Weights and biases that are learned."""
    epochs: int | None = Field(None, ge=1, le=1_000_000)
    steps: int | None = Field(None, ge=1, le=1_000_000_000)
    seconds: float | None = Field(None, gt=0, le=86_400)
    """Seconds of training, without pauses."""

    def said(self) -> str:
        """`at most 200 parameters, 500 epochs`."""
        parts = [_("{n:,} parameter", "{n:,} parameters", n=self.parameters)]
        if self.epochs is not None:
            parts.append(_("{n:,} epoch", "{n:,} epochs", n=self.epochs))
        if self.steps is not None:
            parts.append(_("{n:,} step", "{n:,} steps", n=self.steps))
        if self.seconds is not None:
            parts.append(_("{n:g} second", "{n:g} seconds", n=self.seconds))
        return _("at most {limits}", limits=", ".join(parts))


class Challenge(BaseModel):
    """See the module. Kept as `challenge.json` in the folder of the class."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    id: str = Field(default_factory=lambda: secrets.token_hex(8), pattern="^[0-9a-f]{16}$")
    title: str = Field(min_length=1, max_length=MAX_TITLE)
    """Title written by the lecturer: plain text."""
    data: Data
    """The data of runs that are handed in; their seed may differ."""
    limits: Limits
    goal: float = Field(gt=0)
    """The accuracy to reach, above 0 to 1; where a number is predicted, the loss to come down
    to."""
    looks: int = Field(3, ge=1, le=MAX_LOOKS)
    """Looks of each student."""
    shown: bool = True
    """Whether students see who has handed in before the figures are revealed."""
    opened: float
    """Seconds since 1970. Runs made before do not count."""
    secret: Secret = Field(default_factory=_new_secret, repr=False)
    """The secret that seeds the sealed test set. It never leaves the server."""

    @model_validator(mode="after")
    def _has_a_test_set(self) -> "Challenge":
        data = self.data
        if isinstance(data, PlaneClasses | PlaneValues | Curve):
            return self
        if not isinstance(data, Images) or data.kind in ("handwriting", "pictures"):
            raise ValueError(
                _(
                    "of '{kind}' there is nothing beyond what students train on, so that nothing"
                    " could be sealed: choose points that the lab draws, or published pictures",
                    kind=data.kind,
                )
            )
        if data.test != "sealed":
            raise ValueError(
                _(
                    "the test pictures stay sealed in a challenge, got test='{test}': leave it out",
                    test=data.test,
                )
            )
        return self

    @model_validator(mode="after")
    def _goal_fits(self) -> "Challenge":
        if self.task == "classification" and self.goal > 1:
            raise ValueError(
                _("the goal is an accuracy, at most 1 (100 %), got {goal:g}", goal=self.goal)
            )
        return self

    @property
    def task(self) -> Task:
        """Whether accuracy counts (`classification`), or the loss."""
        return task_of(self.data)

    def is_reached(self, figure: float) -> bool:
        """Whether an accuracy, or a loss, meets the goal."""
        return figure >= self.goal if self.task == "classification" else figure <= self.goal

    def has_test_part_of(self, data: Data) -> bool:
        """Whether the sealed examples are from the test pictures of that data."""
        if not (isinstance(data, Images) and isinstance(self.data, Images)):
            return False
        return base_of(data.kind) == base_of(self.data.kind)


def make_challenge(**fields: object) -> Challenge:
    """A challenge from its fields.

    Raises:
        NnlabError: a field is not valid; names it, what was received, what is valid there.
    """
    title = visible(" ".join(str(fields.get("title", ""))[:MOST_RECEIVED].split()), MAX_TITLE)
    if not title.strip():
        raise NnlabError(
            _("A challenge has a title of 1 to {most} characters: give it one.", most=MAX_TITLE)
        )
    try:
        return Challenge.model_validate({**fields, "title": title})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        of_all = not first["loc"]  # no single field is wrong, but how they go together
        raise NnlabError(
            _("A challenge cannot be so: {why}.", why=first["ctx"]["error"])
            if of_all
            else explain(error, Challenge)
        ) from error


def differences(wanted: Data, received: Data) -> Iterator[str]:
    """Yield how a run's data differ from the challenge's, one text each; seeds may differ."""
    if type(wanted) is not type(received) or wanted.kind != received.kind:
        yield _("they are '{received}', not '{wanted}'", received=received.kind, wanted=wanted.kind)
        return
    for name in type(wanted).model_fields:
        one, other = getattr(wanted, name), getattr(received, name)
        if name != "seed" and one != other:
            yield _(
                "{name} is {received}, not {wanted}",
                name=name,
                received=shown(other),
                wanted=shown(one),
            )
