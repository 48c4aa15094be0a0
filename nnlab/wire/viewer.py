"""A viewer: how far it has been told, which weights it has, and what it gets next."""

import asyncio
import math
import time

from nnlab.wire.feed import Feed
from nnlab.wire.frames import Frame, Standing
from nnlab.wire.refusals import unknown_status
from nnlab.wire.request import WireRequest

WEIGHTS_PER_SECOND = 500_000
"""Bytes of weights that one viewer gets."""
HEARTBEAT_SECONDS = 10.0
"""After so long without news an empty frame tells that the server is there."""


class Viewer:
    """A viewer's offset, version and wanted parts; what was sent is not kept."""

    def __init__(
        self, feed: Feed, asked: WireRequest, waker: asyncio.Event, *, knows_status: bool = False
    ) -> None:
        """Whether it `knows_status` already: that of now is no news then."""
        self._waker = waker
        self._feed = feed
        if asked.offset > feed.events.end:  # another server may have told more by now
            feed.look()
        self._generation = feed.events.generation
        self._offset = asked.offset if feed.events.starts_line(asked.offset) else 0
        self._version = asked.version
        self._parts = asked.parts
        self._told: Standing | None = None
        self._knows_status = knows_status
        self._tried = ""
        """The version that could not be had: the file was replaced, and the next look tells."""
        self._weights_from = 0.0
        """When weights may be sent again, by the monotonic clock."""

    def want(self, asked: WireRequest) -> None:
        """Other parts from now on. Where it stands is known from what was sent already."""
        self._parts = asked.parts
        self._waker.set()

    def news(self) -> Frame | None:
        """The next frame, None where there is nothing new.

        Raises:
            RefusedError: there is nothing more to see.
            OSError: a file cannot be read.
        """
        if self._feed.refusal is not None:
            raise self._feed.refusal
        standing = self._feed.standing
        if standing is None:
            return None
        if self._knows_status:
            self._told, self._knows_status = standing, False
        self._follow_file()
        version = self._due_version()
        if self._feed.events.end > self._offset or version or standing != self._told:
            try:
                return self._take(standing, version)
            except FileNotFoundError:
                self._tried = version
        return None

    def sign_of_life(self) -> Frame:
        """A frame without news; `news` was asked just before, and knew none. Raises as `news`."""
        if self._feed.standing is None:
            raise unknown_status(self._feed.run.id)
        return self._take(self._feed.standing, "")

    async def wait(self, seconds: float = HEARTBEAT_SECONDS) -> Frame | None:
        """The next frame as soon as there is one; None where there is no news for so long.

        Raises: as `news`.
        """
        end = time.monotonic() + seconds
        while True:
            self._waker.clear()
            frame = self.news()
            left = end - time.monotonic()
            if frame is not None or left <= 0:
                return frame
            try:
                async with asyncio.timeout(min(left, self._until_weights())):
                    await self._waker.wait()
            except TimeoutError:
                continue

    def _follow_file(self) -> None:
        if self._generation != self._feed.events.generation:
            self._generation = self._feed.events.generation
            self._offset = 0

    def _due_version(self) -> str:
        """Return the version of the weights that it lacks, if it may have them now."""
        return self._lacking() if time.monotonic() >= self._weights_from else ""

    def _lacking(self) -> str:
        version = self._feed.weights.version(self._parts)
        return "" if version in (self._version, self._tried) else version

    def _until_weights(self) -> float:
        """Seconds until weights may come that are here already; infinite where none wait."""
        if self._feed.standing is None or not self._lacking():
            return math.inf
        return max(0.001, self._weights_from - time.monotonic())

    def _take(self, standing: Standing, version: str) -> Frame:
        frame = self._feed.frames.frame(self._offset, standing, self._parts, version)
        self._offset, self._told = frame.end, standing
        self._tried = version
        if frame.version:
            self._version = frame.version
            self._weights_from = time.monotonic() + frame.weights / WEIGHTS_PER_SECOND
        return frame
