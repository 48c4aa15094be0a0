"""The disk space of the runs, and the checkpoints to remove beyond its limit."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnlab.data.kept import mark_of
from nnlab.errors import NnlabError
from nnlab.runs.measure import measured, size_of
from nnlab.runs.record import lock
from nnlab.runs.record.status import ALIVE
from nnlab.runs.record.weight_files import DAMAGED, FOLDER, list_checkpoints, list_recorded
from nnlab.runs.store import Listed, RecordedSummary, Run, Store
from nnlab.texts import N_, _


@dataclass(frozen=True)
class Removal:
    """The checkpoints of one run that would go, and what that frees."""

    run: Run
    name: str
    files: tuple[Path, ...]
    size: int
    """Bytes."""


def usage(run: Run) -> int:
    """Bytes in the files of a run; 0 where it is gone."""
    return size_of(run.path)


def total(store: Store, owner: str | None = None) -> int:
    """Bytes of all runs, and of whatever else lies in their directory; or of one person's runs."""
    mark = None if owner is None else mark_of(owner)
    return sum(each.size for each in measured(store.root) if mark in (None, each.owner))


def plan_removal(
    store: Store,
    limit: int,
    busy: Container[str] = (),
    *,
    besides: int = 0,
    owner: str | None = None,
) -> list[Removal]:
    """Return the files to remove, in this order, until all runs take at most `limit` bytes.

    `besides` counts towards the limit: bytes of what else is kept (`Room.usage`). With an `owner`
    it is a limit of that person, and of their runs.

    Checkpoints between the first and the last of runs at rest: finished ones before those that may
    go on, neither tagged nor branched from before the others, the oldest first. Never the best, the
    first or the last checkpoint, nor any of a run that trains or whose id is in `busy`. Whole runs
    are for people to delete. Any step that was still can be looked at: it is trained once more.
    """
    too_much = total(store, owner) + besides - limit
    if too_much <= 0:
        return []
    summaries = store.listed()
    parents = {summary.meta.parent for summary in summaries}

    def rank(summary: Listed) -> tuple[bool, bool, float]:
        is_dear = bool(summary.meta.tags) or summary.run.id in parents
        return is_dear, summary.status != "finished", summary.meta.created

    planned: list[Removal] = []
    for summary in sorted(summaries, key=rank):
        if too_much <= 0:
            break
        if summary.status in ALIVE or summary.run.id in busy:
            continue
        if owner not in (None, summary.meta.owner):
            continue
        removal = _from_one(summary, too_much)
        if removal.files:
            planned.append(removal)
            too_much -= removal.size
    return planned


def _from_one(summary: Listed, too_much: int) -> Removal:
    """The oldest of a run's checkpoints that may go, until it is enough."""
    run = summary.run
    damaged = sorted((run.path / FOLDER).glob(f"*{DAMAGED}"))
    files: list[Path] = []
    size = 0
    list_kept = list_recorded if isinstance(summary, RecordedSummary) else list_checkpoints
    for path in [*damaged, *list_kept(run.path)[1:-1]]:
        if size >= too_much:
            break
        files.append(path)
        size += size_of(path)
    return Removal(run, summary.meta.name, tuple(files), size)


def apply(plan: Iterable[Removal]) -> int:
    """Remove what was planned, but of no run that trains by now. Returns the bytes freed.

    Raises:
        NnlabError: a file cannot be removed.
    """
    freed = 0
    for removal in plan:
        if lock.is_held(removal.run.path):
            continue
        for path in removal.files:
            size = size_of(path)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise NnlabError(
                    _(
                        "{path} cannot be removed ({error}): give the right to write in the runs"
                        " directory, or delete runs by hand.",
                        path=path,
                        error=error.strerror,
                    )
                ) from error
            freed += size
    return freed


def make_room(
    store: Store,
    limit: int,
    busy: Container[str] = (),
    *,
    besides: int = 0,
    owner: str | None = None,
    setting: str = "NNLAB_DISK_EACH",
) -> int:
    """Before a run starts: remove what `plan_removal` says. Returns the bytes freed.

    `setting` is the variable that says what one person may have.
    A run that trains may pass the limit by what one run may take (`thinning.BUDGET_BYTES`).

    Raises:
        NnlabError: even that does not do; names the largest runs.
    """
    freed = apply(plan_removal(store, limit, busy, besides=besides, owner=owner))
    runs = total(store, owner)
    if runs + besides > limit:
        summaries = [each for each in store.listed() if owner in (None, each.meta.owner)]
        words = {
            "used": in_words(runs),
            "besides": in_words(besides),
            "limit": in_words(limit),
            "largest": _largest(summaries),
            "setting": setting,
        }
        if owner is None:
            raise NnlabError(
                _(
                    "All runs together take {used}, tables, pictures and drawings {besides};"
                    " NNLAB_MAX_DISK allows {limit}, and no checkpoint is left that could go."
                    " Delete runs ({largest}), or raise NNLAB_MAX_DISK.",
                    **words,
                )
            )
        raise NnlabError(
            _(
                "Your runs take {used}, your tables, pictures and drawings {besides}; one"
                " person may have {limit} here ({setting}), and no checkpoint is left that could"
                " go. Delete runs of yours ({largest}).",
                **words,
            )
        )
    return freed


def in_words(size: int) -> str:
    """Bytes as `812 B`, `14.2 kB`, `3.1 MB`, `20.0 GB` (of 1000)."""
    amount = float(size)
    for words in (N_("{amount:.0f} B"), N_("{amount:.1f} kB"), N_("{amount:.1f} MB")):
        if amount < 1000:
            return _(words, amount=amount)
        amount /= 1000
    return _("{amount:.1f} GB", amount=amount)


def _largest(summaries: Sequence[Listed]) -> str:
    sizes = sorted(((usage(summary.run), summary) for summary in summaries), key=lambda s: -s[0])
    named = [
        _("'{name}' takes {size}", name=summary.meta.name, size=in_words(size))
        for size, summary in sizes[:3]
    ]
    return ", ".join(named) or _("those that cannot be read")
