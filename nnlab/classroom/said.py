"""The class's messages to one person, as their pages receive them, without those to others."""

import hashlib
import json
from typing import Any

from nnlab.classroom.classroom import Classroom
from nnlab.visitor import Visitor


def said_to(room: Classroom, visitor: Visitor) -> dict[str, Any]:
    """The state of the class as a page of this person shows it.

    `key` is another one whenever something changed for them: their page then runs again.
    """
    state = room.state
    member = room.member(visitor.person)
    said: dict[str, Any] = {
        "role": visitor.role,
        "name": member.name if member is not None else "",
        "frozen": state.frozen,
        "following": state.following,
        "hidden": list(state.hidden),
        "sent": state.sent.id if state.sent is not None else None,
        "lesson": state.lesson,
        "lesson_step": state.lesson_step,
        "stage": state.stage,
        "challenge": state.challenge,
    }
    said["key"] = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    return said
