"""Turns: how many runs of pages one person and one address have under way at once; more wait.

All pages run in one process, whose interpreter lock lets one of them compute at a time: more at
once finish nothing sooner, and keep everybody else waiting. So the runs of one address wait for
each other, in order, and never for those of another.
"""

import asyncio
from collections import deque

from nnlab.visitor import Visitor
from nnlab.wire.guard.shares import Most, Shares

AT_ONCE = Most(person=2, address=8, all=float("inf"))
SECONDS = 10.0
"""A turn ends by itself: a run that waits for something (a download) holds nobody up for longer.
A page's run takes 0.1 to 0.3 s; much shorter turns would end before the runs where many wait, and
let ever more of them begin."""


class Turn:
    """One run under way, until it is given back or its time is over."""

    def __init__(self, turns: "Turns", visitor: Visitor, seconds: float) -> None:
        self._turns: Turns | None = turns
        self._visitor = visitor
        self._timer = asyncio.get_running_loop().call_later(seconds, self.give_back)

    @property
    def is_over(self) -> bool:
        """Whether it was given back."""
        return self._turns is None

    def give_back(self) -> None:
        """The run is done. Again is nothing."""
        if self._turns is not None:
            self._timer.cancel()
            turns, self._turns = self._turns, None
            turns.give_back(self._visitor)


class Turns:
    """Turns of script runs, for one event loop."""

    def __init__(self, most: Most = AT_ONCE, seconds: float = SECONDS) -> None:
        self._shares, self._seconds = Shares(most), seconds
        self._waiting: deque[tuple[Visitor, asyncio.Future[None]]] = deque()

    async def take(self, visitor: Visitor) -> Turn:
        """Wait for one. Who waits here is one for each socket at most.

        Those of an address who have no cookie are one person.
        """
        visitor = Visitor(visitor.key, visitor.address)
        if self._shares.fits(visitor):
            self._shares.take(visitor)
        else:
            place = visitor, asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                await place[1]
            except asyncio.CancelledError:
                if place in self._waiting:
                    self._waiting.remove(place)
                elif not place[1].cancelled():
                    self.give_back(visitor)
                raise
        return Turn(self, visitor, self._seconds)

    def give_back(self, visitor: Visitor) -> None:
        """End one of this visitor's turns: those who now may, in order, have theirs."""
        self._shares.give_back(visitor)
        still: deque[tuple[Visitor, asyncio.Future[None]]] = deque()
        for place in self._waiting:
            if self._shares.fits(place[0]) and not place[1].done():
                self._shares.take(place[0])
                place[1].set_result(None)
            elif not place[1].done():
                still.append(place)
        self._waiting = still
