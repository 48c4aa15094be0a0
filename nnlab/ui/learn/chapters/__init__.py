"""The chapters, in the order in which they are read."""

from nnlab.ui.learn.chapter import Chapter
from nnlab.ui.learn.chapters.autograd import CHAPTER as AUTOGRAD
from nnlab.ui.learn.chapters.landscape import CHAPTER as LANDSCAPE
from nnlab.ui.learn.chapters.optimizers import CHAPTER as OPTIMIZERS

CHAPTERS: tuple[Chapter, ...] = (AUTOGRAD, OPTIMIZERS, LANDSCAPE)
