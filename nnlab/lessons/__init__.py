"""Lessons: predict what a run will do, let it run, and read why.

`lesson.py` says what a lesson is, `read.py` reads one from a file, `outcome.py` tells from a run
what happened, `check.py` trains a lesson's steps under many seeds. docs/lessons.md says how to
write one.
"""

from nnlab.lessons.lesson import Answer, Lesson, Step
from nnlab.lessons.shipped import lesson_by_id, lessons

__all__ = ["Answer", "Lesson", "Step", "lesson_by_id", "lessons"]
