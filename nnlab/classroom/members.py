"""Members of a class: a nickname for a person whom a signed cookie tells from the others."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.visible import STAND_IN, visible

MAX_NAME = 40
"""Characters of a nickname; longer ones are cut."""
MAX_RECEIVED = 20_000
"""Characters of a nickname that are looked at."""
MAX_MEMBERS = 400
"""Students of one class: a lecture of 300, and some who came with a second browser."""


class Member(BaseModel):
    """Somebody who joined."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person: str
    """Id of the person, from their cookie."""
    name: str
    """Nickname that others see: plain text, 1 to 40 characters, unique."""
    role: Literal["student", "lecturer"] = "student"
    joined: float
    """Seconds since 1970."""


def clean_name(received: str) -> str:
    """A nickname as it is kept: one line, in composed form (NFC), cut to 40 characters.

    Marks stand for characters that cannot be seen or turn the text around them.

    Raises:
        NnlabError: nothing of it is left.
    """
    line = re.sub(r"\s+", " ", unicodedata.normalize("NFC", received[:MAX_RECEIVED])).strip()
    name = visible(line, MAX_NAME).strip()
    if not any(unicodedata.category(one)[0] in "LNSP" for one in name if one != STAND_IN):
        raise NnlabError(
            _("A nickname has 1 to {most} letters, and this one is empty.", most=MAX_NAME)
        )
    return name


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or with a number where somebody has it: `Anna 2`.

    Names that look alike but for small letters, accents' composition or width are the same.

    Raises:
        NnlabError: too many have it.
    """
    alike = {_folded(other) for other in taken}
    if _folded(name) not in alike:
        return name
    for number in range(2, MAX_MEMBERS + 2):
        end = f" {number}"
        other = name[: MAX_NAME - len(end)] + end
        if _folded(other) not in alike:
            return other
    raise NnlabError(_("Too many of this class are called {name}: take another name.", name=name))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
