"""A session's state of the Images page."""

from dataclasses import dataclass
from typing import ClassVar

from nnlab.config import Layer
from nnlab.config.data import ImageKind
from nnlab.config.own_data import PictureSet
from nnlab.data.pictures.reading import Reading
from nnlab.insight.activations import Place
from nnlab.ui.session.lab_state import LabState


@dataclass(frozen=True)
class Brought:
    """A zip of pictures that was uploaded."""

    file_id: str
    reading: Reading | str
    """The pictures read, or why none were."""


@dataclass
class ImagesState(LabState):
    """State of the page Images."""

    KEY: ClassVar[str] = "lab_images"

    layers: tuple[Layer, ...] = ()
    """Layers of the builder."""
    chosen_layer: int = 0
    """The place of the layer whose fields the builder shows."""
    fields_of: tuple[int, str] | None = None
    """The place and the kind of the layer that the builder's widgets say now."""
    data_before: ImageKind | None = None
    """The data set that the form said last."""
    augment_seed: int = 0
    """Seed of the augmentation's preview."""
    picture: int | None = None
    """The picture that the tabs look into, by its place among those that validate."""
    place: Place | None = None
    """The value that the X-ray looks at."""
    seen_download: object = None
    """The download that this session watched; only this session reports how it ends."""
    pictures: PictureSet | None = None
    """The person's own pictures that the form said last."""
    brought: Brought | None = None
