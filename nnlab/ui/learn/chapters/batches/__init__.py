"""Chapter 5: batches."""

from nnlab.ui.learn.chapters.batches.chapter import CHAPTER

__all__ = ["CHAPTER"]
