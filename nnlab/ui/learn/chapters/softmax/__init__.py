"""Chapter 4: softmax and cross-entropy."""

from nnlab.ui.learn.chapters.softmax.chapter import CHAPTER

__all__ = ["CHAPTER"]
