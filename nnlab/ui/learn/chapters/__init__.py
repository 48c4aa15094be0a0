"""The chapters, in the order in which they are read."""

from nnlab.ui.learn.chapter import Chapter
from nnlab.ui.learn.chapters import convolution, saving, three_ways

CHAPTERS: tuple[Chapter, ...] = (three_ways.CHAPTER, convolution.CHAPTER, saving.CHAPTER)
