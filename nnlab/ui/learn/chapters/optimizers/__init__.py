"""Chapter 2: optimizers race over a function, or over the loss of the person's own network."""

from nnlab.ui.learn.chapters.optimizers.chapter import CHAPTER

__all__ = ["CHAPTER"]
