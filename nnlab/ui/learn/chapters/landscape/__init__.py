"""Chapter 3: the landscape of a run, and its sharpness while it trains."""

from nnlab.ui.learn.chapters.landscape.chapter import CHAPTER

__all__ = ["CHAPTER"]
