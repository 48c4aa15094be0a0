"""The chapters, in the order in which they are read."""

from nnlab.ui.learn.chapter import Chapter

CHAPTERS: tuple[Chapter, ...] = ()
