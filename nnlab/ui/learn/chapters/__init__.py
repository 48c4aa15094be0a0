"""The chapters, in the order in which they are read."""

from nnlab.ui.learn.chapter import Chapter
from nnlab.ui.learn.chapters.batches import CHAPTER as BATCHES
from nnlab.ui.learn.chapters.initial_weights import CHAPTER as INITIAL_WEIGHTS
from nnlab.ui.learn.chapters.softmax import CHAPTER as SOFTMAX

CHAPTERS: tuple[Chapter, ...] = (SOFTMAX, BATCHES, INITIAL_WEIGHTS)
