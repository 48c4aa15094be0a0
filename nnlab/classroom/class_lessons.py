"""Lessons from files that the lecturer gave the class: TOML files of the class's folder."""

from functools import lru_cache

from nnlab.classroom.classroom import Classroom
from nnlab.errors import NnlabError
from nnlab.files import cannot_write, read_plain, write_bytes
from nnlab.lessons.check import must_be_sound
from nnlab.lessons.lesson import Lesson
from nnlab.lessons.read import MAX_BYTES, read_lesson
from nnlab.lessons.shipped import ORDER
from nnlab.texts import _

FOLDER = "lessons"
MOST = 20


def give_lesson(room: Classroom, content: bytes) -> Lesson:
    """Keep a lesson for the class; one of the same id is replaced. Asks no rights.

    Raises:
        InvalidLessonError: the file holds no lesson, or one that cannot be taught.
        NnlabError: its id is that of a lesson that ships, there are 20 already, or it cannot be
            written.
    """
    lesson = read_lesson(content)
    if lesson.id in ORDER:
        raise NnlabError(
            _("id: '{id}' is a lesson that comes with nnlab: take another.", id=lesson.id)
        )
    must_be_sound(lesson)
    others = {one for one in class_lessons(room) if one != lesson.id}
    if len(others) >= MOST:
        raise NnlabError(_("A class has at most {most} lessons of its own.", most=MOST))
    folder = room.folder / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / f"{lesson.id}.toml", content)
    except OSError as error:
        raise cannot_write(_("The lesson"), error) from error
    room.touch()
    return lesson


def class_lessons(room: Classroom) -> dict[str, Lesson]:
    """Return the class's lessons by id. Unreadable files are ignored."""
    found: dict[str, Lesson] = {}
    for path in sorted((room.folder / FOLDER).glob("[a-z0-9]*.toml"))[:MOST]:
        try:
            lesson = _read(read_plain(path, MAX_BYTES + 1))
        except (OSError, NnlabError):
            continue
        found[lesson.id] = lesson
    return found


@lru_cache(maxsize=MOST)
def _read(content: bytes) -> Lesson:
    return read_lesson(content)
