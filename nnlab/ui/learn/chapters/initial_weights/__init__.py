"""Chapter 9: initial weights."""

from nnlab.ui.learn.chapters.initial_weights.chapter import CHAPTER

__all__ = ["CHAPTER"]
