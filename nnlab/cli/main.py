"""The commands and their options; what they do stands in the other files of this folder.

Each command imports what it needs when it runs: PyTorch takes seconds to import, and neither a
help text nor the list of recipes should wait for it. The help of `export` alone does: it names the
formats by their table.
"""

import argparse
import errno
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from nnlab.errors import NnlabError, shortened
from nnlab.texts import _

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended, as shells have it."""
NO_PATH = frozenset({errno.ENAMETOOLONG, errno.ELOOP, errno.EILSEQ})
"""Error numbers of the operating system for impossible paths."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    0: done. 1: a run diverged or failed, or a picture could not be read. 2: what was asked for is
    not possible; the reason stands in one line on stderr.

    Raises:
        SystemExit: from argparse, on `--help` and on bad usage.
    """
    typed = sys.argv[1:] if argv is None else argv
    if isinstance(sys.stdout, io.TextIOWrapper):  # a path may hold bytes that are no text
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        _must_be_text(typed)
        args = _parser().parse_args(typed)
        return args.command(args)
    except NnlabError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        print(_("nnlab: interrupted"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (`| head`) has left; Python would complain again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in NO_PATH:
            raise
        return _refuse(
            _(
                "'{path}' is no path that this system takes ({reason}): type a run's id, a"
                " recipe, or a shorter path.",
                path=shortened(error.filename),
                reason=error.strerror,
            )
        )


def _refuse(reason: str) -> int:
    print(f"nnlab: {' '.join(reason.split())}", file=sys.stderr)
    return 2


def _must_be_text(typed: Sequence[str]) -> None:
    for word in typed:
        if "\0" in word:
            raise NnlabError(
                _(
                    "An argument holds the character 0, which no name and no path has: '{word}'."
                    " Type it anew.",
                    word=shortened(word.replace("\0", "␀")),
                )
            )


class _Parser(argparse.ArgumentParser):
    """Looks a table up for its help, but only when somebody reads the help."""

    listed: tuple[argparse.Action, Callable[[], Iterable[str]]] | None = None
    """An argument, and what gives the names that its help lists."""

    def format_help(self) -> str:
        if self.listed is not None:
            argument, names = self.listed
            *others, last = names()
            argument.help = _("{others} or {last}", others=", ".join(others), last=last)
        return super().format_help()


def _parser() -> _Parser:
    parser = _Parser(
        prog="nnlab" if Path(sys.argv[0]).stem == "nnlab" else "python -m nnlab",
        description=_(
            "A laboratory for neural networks. Without a command it opens in the browser; the"
            " commands do the same without its pages. Runs and data are kept in runs and data"
            " of the folder that it is started in, or in NNLAB_RUNS_DIR and NNLAB_DATA_DIR."
        ),
        epilog=_("A first run: python -m nnlab train circle"),
    )
    _add_lab_options(parser)
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND")

    _add_recipes_command(commands)
    _add_train_command(commands)
    _add_sweep_command(commands)
    _add_runs_command(commands)
    _add_pictures_command(commands)
    _add_predict_command(commands)
    _add_export_command(commands)
    _add_lesson_commands(commands.add_parser("lesson", help=_("list the lessons, or check one")))
    _add_download_command(commands)
    return parser


def _add_recipes_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser("recipes", help=_("list the experiments that come with nnlab"))
    parser.add_argument("--json", action="store_true", help=_("whole experiments, as JSON"))
    parser.set_defaults(command=_recipes)


def _add_train_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser(
        "train",
        help=_("train a recipe, or an experiment from a JSON file"),
        description=_(
            "Trains in this process, or on a cluster where NNLAB_ENGINE says so, and shows the"
            " progress on stderr. The last line on stdout is one JSON object with"
            " the final figures. Ctrl-C stops the run and keeps it."
        ),
    )
    parser.add_argument(
        "what",
        metavar="RECIPE|FILE.json|FILE.zip",
        help=_("see: python -m nnlab recipes; a zip of pictures: python -m nnlab pictures --help"),
    )
    _add_change_option(parser)
    _add_name_option(parser)
    parser.add_argument(
        "--open-test",
        action="store_true",
        help=_("evaluate the sealed test set at the end; every look at it is counted"),
    )
    _add_runs_option(parser)
    parser.set_defaults(command=_train)


def _add_sweep_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser(
        "sweep",
        help=_("train many networks at once: an experiment along axes that vary"),
        description=_(
            "Trains all networks of a sweep in this process, or on a cluster where NNLAB_ENGINE"
            " says so, and shows the progress on stderr. The last line on stdout is one JSON"
            " object: run, status, nets, seconds, best. Networks for pictures are searched, as runs"
            " of their own."
        ),
    )
    parser.add_argument(
        "what",
        metavar="SWEEP.json|RECIPE",
        help=_("a sweep, or an experiment together with --over; see: python -m nnlab recipes"),
    )
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="PATH=VALUES",
        dest="axes",
        help=_(
            "an axis, as in training.optimizer.lr=log:0.001..1:8, model.seed=0..7,"
            " data.noise=lin:0..0.5:6 or activation=relu,tanh; repeatable"
        ),
    )
    parser.add_argument(
        "--sample",
        type=int,
        metavar="N",
        help=_("so many networks drawn at random of all combinations; else the full grid"),
    )
    _add_change_option(parser)
    _add_name_option(parser)
    _add_runs_option(parser)
    parser.set_defaults(command=_sweep)


def _add_runs_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser("runs", help=_("list the runs made so far, the newest first"))
    parser.add_argument("--json", action="store_true", help=_("as a JSON list"))
    _add_runs_option(parser)
    parser.set_defaults(command=_runs)


def _add_pictures_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser(
        "pictures",
        help=_("make a data set of a zip with a folder of pictures for each class"),
        description=_(
            "Keeps the pictures, small, in NNLAB_DATA_DIR, and prints an experiment on them as"
            " JSON, for python -m nnlab train. The folders may lie in one, or in train and test"
            " (and val). With the usual choices python -m nnlab train FILE.zip does both."
        ),
    )
    parser.add_argument("file", metavar="FILE.zip", type=Path)
    parser.add_argument("--size", type=int, choices=(28, 32), default=32, help=_("pixels a side"))
    parser.add_argument("--grey", action="store_true", help=_("without colours"))
    parser.add_argument(
        "--whole",
        action="store_true",
        help=_("the whole picture between borders; else its middle, cut square"),
    )
    parser.add_argument(
        "--seal", action="store_true", help=_("seal a fifth away as a test set, if there is none")
    )
    parser.add_argument(
        "--leave-out", action="store_true", help=_("leave out files that are no pictures")
    )
    parser.set_defaults(command=_pictures)


def _add_predict_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser(
        "predict",
        help=_("read pictures of digits, or sequences, with a trained run"),
        description=_(
            "Any picture of a digit, dark on light or light on dark, any size. Prints one JSON"
            " object a picture, each in a line: file, prediction, probabilities; or file, error. Of"
            " a run on sequences: rows of tokens in place of pictures, as '3 1 4 1 5 9 2 6'."
        ),
    )
    parser.add_argument("run", metavar="RUN", help=_("a run's id, its beginning, or its directory"))
    images = parser.add_argument("images", metavar="IMAGE", nargs="+")
    parser.listed = images, _picture_formats
    _add_runs_option(parser)
    parser.set_defaults(command=_predict)


def _add_export_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser(
        "export",
        help=_("take a run elsewhere: a script, a notebook, ONNX, tables, weights"),
        description=_(
            "Writes a file and prints its path. A script repeats the run in plain PyTorch and"
            " prints exactly the same final train_loss. Of a sweep: csv or parquet for a"
            " table of all networks, json for the sweep itself, or any format of one --net."
        ),
    )
    parser.add_argument("run", metavar="RUN", help=_("a run's id, its beginning, or its directory"))
    form = parser.add_argument("--format", required=True, metavar="FORMAT")
    parser.listed = form, _export_formats
    parser.add_argument(
        "--net", type=int, metavar="N", help=_("one network of a sweep, by its number")
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help=_("else the run's id, here"))
    _add_runs_option(parser)
    parser.set_defaults(command=_export)


def _add_download_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = commands.add_parser("download", help=_("fetch a data set into NNLAB_DATA_DIR"))
    kind = parser.add_argument("kind", metavar="KIND")
    parser.listed = kind, _published_sets
    parser.set_defaults(command=_download)


def _add_lab_options(parser: argparse.ArgumentParser) -> None:
    lab = parser.add_argument_group(_("the lab in the browser"))
    lab.add_argument("--port", type=int, metavar="N", help=_("else 8501, or the next that is free"))
    lab.add_argument(
        "--share",
        nargs="?",
        const="0.0.0.0",
        metavar="ADDRESS",
        help=_("let others in: on all addresses of IPv4, or on the one that is named"),
    )
    lab.add_argument("--class", action="store_true", dest="is_class", help=_("open it for a class"))
    lab.add_argument("--no-browser", action="store_true", help=_("open no browser here"))
    parser.set_defaults(command=_lab)


def _add_lesson_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND", required=True)
    listed = commands.add_parser("list", help=_("the lessons that come with nnlab"))
    listed.set_defaults(command=_list_lessons)
    check = commands.add_parser(
        "check",
        help=_("check a lesson, and how often its outcomes hold"),
        description=_(
            "Reads a lesson, then trains its steps in this process, each under many seeds, and"
            " counts how often the stated outcome came. The last line is one JSON object: lesson,"
            " holds, steps. Exit status 1: one holds under fewer than 19 of 20 seeds."
        ),
    )
    check.add_argument("what", metavar="FILE.toml|ID", help=_("see: docs/lessons.md"))
    check.add_argument(
        "--seeds", type=int, default=5, metavar="N", help=_("how many, from 0 on; 5 if not given")
    )
    check.set_defaults(command=_check_lesson)


def _add_change_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        dest="changes",
        help=_("change a field of the experiment, as in training.optimizer.lr=0.01; repeatable"),
    )


def _add_name_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name", help=_("what lists call the run; else the recipe's or file's name")
    )


def _add_runs_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help=_("where runs are kept; else NNLAB_RUNS_DIR, or runs"),
    )


def _picture_formats() -> Iterable[str]:
    from nnlab.drawing.files import FORMATS

    return FORMATS


def _export_formats() -> Iterable[str]:
    from nnlab.export import FORMATS

    return FORMATS


def _published_sets() -> Iterable[str]:
    from nnlab.data.published import SETS

    return SETS


def _lab(args: argparse.Namespace) -> int:
    from nnlab.cli.lab import open_lab

    return open_lab(args.port, args.share, is_class=args.is_class, browser=not args.no_browser)


def _recipes(args: argparse.Namespace) -> int:
    from nnlab.cli.recipes import list_recipes

    return list_recipes(as_json=args.json)


def _train(args: argparse.Namespace) -> int:
    from nnlab.cli.train import train

    return train(args.what, args.changes, args.name, args.runs, open_test=args.open_test)


def _sweep(args: argparse.Namespace) -> int:
    from nnlab.cli.sweep import sweep

    return sweep(args.what, args.changes, args.axes, args.sample, args.name, args.runs)


def _runs(args: argparse.Namespace) -> int:
    from nnlab.cli.runs import list_runs

    return list_runs(args.runs, as_json=args.json)


def _pictures(args: argparse.Namespace) -> int:
    from nnlab.cli.pictures import pictures
    from nnlab.data.pictures.reading import Wish

    wish = Wish(args.size, not args.grey, args.whole, args.seal)
    return pictures(args.file, wish, leave_out=args.leave_out)


def _predict(args: argparse.Namespace) -> int:
    from nnlab.cli.predict import predict

    return predict(args.run, args.images, args.runs)


def _export(args: argparse.Namespace) -> int:
    from nnlab.cli.export import export

    return export(args.run, args.format, args.out, args.runs, args.net)


def _list_lessons(_args: argparse.Namespace) -> int:
    from nnlab.cli.lesson import list_lessons

    return list_lessons()


def _check_lesson(args: argparse.Namespace) -> int:
    from nnlab.cli.lesson import check_lesson

    return check_lesson(args.what, args.seeds)


def _download(args: argparse.Namespace) -> int:
    from nnlab.cli.download import download

    return download(args.kind)
