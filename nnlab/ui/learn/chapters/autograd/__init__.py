"""Chapter 1: autograd, one operation at a time."""

from nnlab.ui.learn.chapters.autograd.chapter import CHAPTER

__all__ = ["CHAPTER"]
