"""Build the gallery: `make gallery`, or `python -m scripts.gallery --folder build/gallery`.

It may be stopped and started again: a run that is there, of the same experiment, is not trained
again.
"""

import argparse
import sys
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.export.formats import export
from nnlab.runs.record.log import EventReader
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.texts import formatted
from nnlab.training.events import FitEnded
from scripts.gallery.picture import picture
from scripts.gallery.site import Missing, Shown, index, write_docs
from scripts.gallery.trained import run_of
from scripts.gallery.wanted import QUICK, Wanted, wanted

REPOSITORY = Path(__file__).parents[2]
SECONDS, QUICK_SECONDS = 180.0, 10.0
FIGURES = (
    ("test_accuracy", "test accuracy"),
    ("val_accuracy", "validation accuracy"),
    ("val_loss", "validation loss"),
    ("train_loss", "training loss"),
)
"""The first that a run has is told on its card."""


def main(arguments: list[str]) -> int:
    """Build the site; 1 where no recipe could be shown."""
    asked = _asked(arguments)
    folder: Path = asked.folder
    (folder / "recipes").mkdir(parents=True, exist_ok=True)
    store = Store(asked.runs or folder.with_name(f"{folder.name}-runs"))
    store.root.mkdir(parents=True, exist_ok=True)
    seconds = asked.seconds or (QUICK_SECONDS if asked.quick else SECONDS)
    shown: list[Shown] = []
    missing: list[Missing] = []
    for one in wanted():
        if asked.quick and one.id not in QUICK:
            missing.append(Missing(one.id, "left out: --quick builds two"))
            continue
        try:
            shown.append(_show(one, store, folder, seconds))
        except NnlabError as error:
            (folder / "recipes" / f"{one.id}.html").unlink(missing_ok=True)
            missing.append(Missing(one.id, str(error)))
        print(f"{one.id}: {'not here' if missing and missing[-1].id == one.id else 'done'}")
    docs = write_docs(REPOSITORY / "docs", folder / "docs")
    (folder / "index.html").write_text(index(shown, missing, docs), encoding="utf-8")
    (folder / ".nojekyll").touch()  # GitHub Pages serves the files as they are
    print(f"{folder / 'index.html'}: {len(shown)} recipes, {len(missing)} not here")
    return 0 if shown else 1


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.gallery", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/gallery"), help="the site")
    parser.add_argument("--runs", type=Path, help="the runs it shows; else beside the site")
    parser.add_argument("--seconds", type=float, help=f"of training each; else {SECONDS:.0f}")
    parser.add_argument("--quick", action="store_true", help="two recipes, a few seconds each")
    return parser.parse_args(arguments)


def _show(one: Wanted, store: Store, folder: Path, seconds: float) -> Shown:
    run = run_of(one, store, seconds)
    content = export(run, "html")
    address = f"recipes/{one.id}.html"
    (folder / address).write_bytes(content)
    return Shown(
        one.title, one.notice, one.group, _figures(run), address, len(content), picture(run)
    )


def _figures(run: Run) -> str:
    """`validation accuracy 98.4%`, and where it was stopped, how far it came."""
    events = EventReader(run.path).read_new()
    ended = [event for event in events if isinstance(event, FitEnded)][-1]
    values = {name: getattr(ended, name) for name, _label in FIGURES}
    sweep = run.sweep
    if sweep is not None:
        history = SearchHistory(events) if sweep.search is not None else SweepHistory(events)
        best = history.best()
        values = {
            name: float(history.figures(name)[best])
            for name in values
            if best is not None and name in history.names
        }
    said = next(
        (
            f"{label} {formatted(value, '.1%' if 'accuracy' in name else '.4g')}"
            for name, label in FIGURES
            if (value := values.get(name)) is not None
        ),
        run.status(),
    )
    before = "the best of all: " if sweep is not None else ""
    stopped = f"; stopped after {ended.seconds:.0f} s" if run.status() == "stopped" else ""
    return f"{before}{said}{stopped}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
