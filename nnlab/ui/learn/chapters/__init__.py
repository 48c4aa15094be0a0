"""The chapters, in the order in which they are read."""

from nnlab.ui.learn.chapter import Chapter
from nnlab.ui.learn.chapters.landscape import CHAPTER as LANDSCAPE

CHAPTERS: tuple[Chapter, ...] = (LANDSCAPE,)
