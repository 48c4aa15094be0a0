"""A run as a widget: the live stage while it trains, and its recording from then on."""

import contextlib
from typing import Any

import anywidget
import traitlets

from nnlab.errors import NnlabError
from nnlab.export.html.bundle import module
from nnlab.notebook.answers import drawing_of
from nnlab.notebook.follower import Follower
from nnlab.notebook.news import News
from nnlab.notebook.recording import recording_of
from nnlab.notebook.scene import Scene
from nnlab.notebook.scenes import scene_of
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.status import ALIVE
from nnlab.runs.run import Run

GRACE_SECONDS = 1.0
"""Seconds between the end of a run and its recording in the widget: a cell that ends meanwhile
keeps the recording itself."""


class StageWidget(anywidget.AnyWidget):
    """One run. `page` is what its frame shows; it is a whole recording when the run has ended."""

    _esm = module("notebook/widget.js", "widget")
    name = traitlets.Unicode("").tag(sync=True)
    page = traitlets.Unicode("").tag(sync=True)

    def __init__(self, run: Run, scene: Scene, **traits: Any) -> None:
        """Follow a run that is training, or has not begun."""
        super().__init__(**traits)
        self.run, self.scene = run, scene
        self._is_closed = False
        self._is_saved = False
        self._news = News(run, scene.needed, self._tell)
        self._follower = self._new_follower()
        self.on_msg(self._hear)

    @property
    def is_followed(self) -> bool:
        """Whether its thread still goes on."""
        return self._follower.is_alive

    def follow(self) -> None:
        """Begin to tell what the run does."""
        self._follower.start()

    def close(self) -> None:
        """End its thread, and take it off the page."""
        self._is_closed = True
        self._follower.stop()
        super().close()

    def recording(self, *, may_replay: bool) -> str:
        """The page of the run as far as it came. Raises as `recording_of`."""
        self._follower.wait(GRACE_SECONDS)
        return recording_of(self.run, self.scene, self._news.kept, may_replay=may_replay)

    def settled(self) -> None:
        """Mark the output as final: it contains its recording itself."""
        self._is_saved = True

    def _new_follower(self) -> Follower:
        draw = None
        if self.scene.grid and self.scene.picture is not None:
            draw = drawing_of(self.scene.picture.data["space"]["extent"])
        return Follower(
            self._news, is_heard=lambda: not self._is_closed, draw=draw, ended=self._save
        )

    def _tell(self, head: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(head, buffers)

    def _save(self) -> None:
        """Save the recording when the run has ended, in the thread."""
        self._follower.pause(GRACE_SECONDS)
        if self._is_closed or self._is_saved:
            return
        with contextlib.suppress(NnlabError):  # what was drawn while it trained stays
            page = recording_of(self.run, self.scene, self._news.kept, may_replay=False)
            if not (self._is_closed or self._is_saved):
                self.page = page

    def _hear(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Handle the page's message when the kernel has time for it."""
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "gone":
            self._follower.stop()
        elif kind == "again" and not self._is_closed:
            if self._follower.is_alive:
                self._follower.again()
            elif self.run.status() in ALIVE:
                self._news.again()
                self._follower = self._new_follower()
                self._follower.start()


def widget_of(run: Run) -> StageWidget:
    """A widget that shows a run; one that goes on is followed by a thread.

    Raises:
        NnlabError: the run is a sweep.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    scene = scene_of(run)
    if has_ended(run):
        page = recording_of(run, scene, None, may_replay=True)
        return StageWidget(run, scene, name=scene.title, page=page)
    widget = StageWidget(run, scene, name=scene.title, page=scene.live())
    widget.follow()
    return widget


def has_ended(run: Run) -> bool:
    """Whether nothing more comes of a run; one that was just made is about to begin."""
    return run.status() not in ALIVE and (run.path / EVENTS_FILE).is_file()
