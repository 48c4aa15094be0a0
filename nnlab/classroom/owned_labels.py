"""Classes of one's own, taught by drawings, as one person may use them: a student their own."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.classroom.rights import has_all_rights, must_be_in, sees_all
from nnlab.config.own_data import PictureSet
from nnlab.data import handwriting
from nnlab.data.handwriting import Drawing
from nnlab.data.kept import LABELLED, LOCAL, Room, mark_of
from nnlab.data.pictures import label_sets, label_zip
from nnlab.data.pictures.label_sets import LabelSet
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.visitor import Visitor


@dataclass(frozen=True)
class OwnedLabels:
    """Sets of own classes as a visitor may see, extend and reduce them.

    Methods that change something raise NotAllowedError for a stranger, and NnlabError as those of
    `nnlab.data.pictures.label_sets` do.
    """

    data_dir: Path
    room: Room
    visitor: Visitor

    def sets(self) -> list[LabelSet]:
        """Sets that the visitor teaches or may see."""
        found = label_sets.label_sets(self.data_dir)
        if sees_all(self.visitor):
            return found
        if self.visitor.role == "stranger":
            return []
        return [one for one in found if self._mark in one.marks]

    def listed(self, taught: LabelSet) -> tuple[Drawing, ...]:
        """The drawings of a set that the visitor may see, the oldest first."""
        found = label_sets.drawings(taught, self.data_dir)
        return tuple(found) if sees_all(self.visitor) else self.own(found)

    def own(self, chosen: list[Drawing] | tuple[Drawing, ...]) -> tuple[Drawing, ...]:
        """Return the drawings among `chosen` that the visitor may delete."""
        if has_all_rights(self.visitor):
            return tuple(chosen)
        if self.visitor.role == "stranger":
            return ()
        return tuple(drawing for drawing in chosen if drawing.mark == self._mark)

    def begin(self, names: tuple[str, ...], beside: LabelSet | None = None) -> LabelSet:
        """Teach these names. Drawings of the same name come along from the set `beside`."""
        must_be_in(self.visitor)
        made = label_sets.open_set(names, self.data_dir, owner=self.visitor.owner, room=self.room)
        if beside is not None and beside.id != made.id and not self.listed(made):
            seen = [one for one in self.listed(beside) if beside.names[one.label] in names]
            places = [names.index(beside.names[one.label]) for one in seen]
            self._keep(made, list(zip([one.picture() for one in seen], places, strict=True)))
        return made

    def keep(self, taught: LabelSet, picture: NDArray[np.floating], label: int) -> Drawing:
        """See `label_sets.keep`."""
        must_be_in(self.visitor)
        self._must_be_taught(taught)
        return label_sets.keep(
            taught, picture, label, self.data_dir, owner=self.visitor.owner, room=self.room
        )

    def take(self, content: bytes) -> tuple[LabelSet, int]:
        """Keep the drawings of a zip in the set of its classes. Returns it, and how many."""
        must_be_in(self.visitor)
        names, pictures = label_zip.read_drawings(content)
        taught = self.begin(names)
        return taught, len(self._keep(taught, pictures))

    def export(self, taught: LabelSet) -> bytes:
        """The drawings that the visitor may see, as a zip."""
        return label_zip.export(taught.names, [*self.listed(taught)])

    def freeze(self, taught: LabelSet) -> PictureSet:
        """See `label_sets.freeze`: of the drawings that the visitor may see."""
        must_be_in(self.visitor)
        seen = [*self.listed(taught)]
        return label_sets.freeze(
            taught, seen, self.data_dir, owner=self.visitor.owner, room=self.room
        )

    def remove(self, chosen: tuple[Drawing, ...]) -> int:
        """Delete those of them that the visitor may delete. Returns how many."""
        must_be_in(self.visitor)
        going = self.own(chosen)
        handwriting.remove([*going])
        return len(going)

    def end(self, taught: LabelSet) -> int:
        """Delete a set with the visitor's drawings; the names stay for others who teach them."""
        number = self.remove(self.listed(taught))
        path = self.data_dir / LABELLED / f"{taught.id}.json"
        if self.visitor.owner != LOCAL:
            path.with_name(f"{path.name}.{self._mark}.owner").unlink(missing_ok=True)
        others = taught.marks - {self._mark}
        if has_all_rights(self.visitor):
            for mark in others:
                path.with_name(f"{path.name}.{mark}.owner").unlink(missing_ok=True)
        if has_all_rights(self.visitor) or not others:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        return number

    def _keep(
        self, taught: LabelSet, pictures: list[tuple[NDArray[np.uint8], int]]
    ) -> list[Drawing]:
        return label_sets.keep_all(
            taught, pictures, self.data_dir, owner=self.visitor.owner, room=self.room
        )

    def _must_be_taught(self, taught: LabelSet) -> None:
        if all(one.id != taught.id for one in self.sets()):
            raise NnlabError(_("These names were deleted meanwhile: name them anew."))

    @property
    def _mark(self) -> str:
        return mark_of(self.visitor.owner)
