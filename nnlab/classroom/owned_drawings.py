"""The kept drawings of a server as one person may use them: a student their own and no others'."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.classroom.rights import has_all_rights, must_be_in, sees_all
from nnlab.data import handwriting, handwriting_zip
from nnlab.data.handwriting import Drawing
from nnlab.data.kept import Room, mark_of
from nnlab.visitor import Visitor


@dataclass(frozen=True)
class OwnedDrawings:
    """The kept drawings as a visitor may see, keep and remove them.

    Whose a drawing is, its file says. Methods that change something raise NotAllowedError for a
    stranger, and NnlabError as those of `nnlab.data.handwriting` do.
    """

    data_dir: Path
    room: Room
    visitor: Visitor

    def listed(self) -> tuple[Drawing, ...]:
        """Drawings that the visitor may see, the oldest first."""
        found = handwriting.drawings(self.data_dir)
        return tuple(found) if sees_all(self.visitor) else self.own(found)

    def own(self, chosen: list[Drawing] | tuple[Drawing, ...]) -> tuple[Drawing, ...]:
        """Return the drawings among `chosen` that the visitor may delete."""
        if has_all_rights(self.visitor):
            return tuple(chosen)
        if self.visitor.role == "stranger":
            return ()
        mark = mark_of(self.visitor.owner)
        return tuple(drawing for drawing in chosen if drawing.mark == mark)

    def keep(self, picture: NDArray[np.floating], label: int) -> Drawing:
        """See `nnlab.data.handwriting.keep`."""
        must_be_in(self.visitor)
        return handwriting.keep(
            picture, label, self.data_dir, owner=self.visitor.owner, room=self.room
        )

    def take(self, content: bytes) -> int:
        """See `nnlab.data.handwriting_zip.take`."""
        must_be_in(self.visitor)
        return handwriting_zip.take(
            content, self.data_dir, owner=self.visitor.owner, room=self.room
        )

    def export(self, chosen: tuple[Drawing, ...]) -> bytes:
        """See `nnlab.data.handwriting_zip.export`: of those that the visitor may see."""
        return handwriting_zip.export([*self._seen(chosen)])

    def freeze(self, chosen: tuple[Drawing, ...]) -> str:
        """See `nnlab.data.handwriting.freeze`: of those that the visitor may see."""
        must_be_in(self.visitor)
        seen = [*self._seen(chosen)]
        return handwriting.freeze(seen, self.data_dir, owner=self.visitor.owner, room=self.room)

    def remove(self, chosen: tuple[Drawing, ...]) -> int:
        """Delete those of them that the visitor may delete. Returns how many."""
        must_be_in(self.visitor)
        going = self.own(chosen)
        handwriting.remove([*going])
        return len(going)

    def _seen(self, chosen: tuple[Drawing, ...]) -> tuple[Drawing, ...]:
        return chosen if sees_all(self.visitor) else self.own(chosen)
