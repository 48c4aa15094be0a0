"""The chapters, in the order in which they are read."""

from nnlab.ui.learn.chapter import Chapter
from nnlab.ui.learn.chapters import (
    attention,
    autograd,
    batches,
    convolution,
    initial_weights,
    landscape,
    optimizers,
    saving,
    softmax,
    three_ways,
)

CHAPTERS: tuple[Chapter, ...] = (
    autograd.CHAPTER,
    optimizers.CHAPTER,
    landscape.CHAPTER,
    softmax.CHAPTER,
    batches.CHAPTER,
    three_ways.CHAPTER,
    convolution.CHAPTER,
    saving.CHAPTER,
    initial_weights.CHAPTER,
    attention.CHAPTER,
)
