"""The part of the Playground's form for a table: the file, its columns, and what was found."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import streamlit as st
import torch

from nnlab.config import Csv, Data
from nnlab.config.data import Task
from nnlab.config.own_data import MAX_CLASSES, MAX_INPUTS
from nnlab.data.csv_files import MAX_BYTES, MAX_ROWS, Form, Reading, read_csv
from nnlab.data.tables import Table, choose, parse, table_text
from nnlab.errors import NnlabError
from nnlab.texts import N_, _
from nnlab.ui import doors, services
from nnlab.ui.forms.training_form import MAX_SEED
from nnlab.ui.messages import say
from nnlab.ui.playground.form.own_share import remember
from nnlab.ui.playground.form.points_plane import show_axes_choice
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.playground_state import Upload
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.visitors import owner
from nnlab.ui.words import plain
from nnlab.visible import visible

Problem = Literal["classification", "regression", "curve"]

FORM_KEYS = ("csv_separator", "csv_comma", "csv_header")
FORM_LABELS = (N_("Separator"), N_("Decimals"), N_("First row"))
SEPARATORS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("bar |")}
FOUND_OUT = {None: N_("found out")}
OPTIONS: tuple[dict[Any, str], ...] = (
    FOUND_OUT | SEPARATORS,
    FOUND_OUT | {False: N_("point: 1.5"), True: N_("comma: 1,5")},
    FOUND_OUT | {True: N_("names the columns"), False: N_("is data")},
)
PREVIEW_ROWS = 8
FEW_ROWS = 10
"""Tables with so few rows initially train on all of them: half might be of one class."""


def show_table(data: Data, problem: Problem) -> Data:
    """The widgets of a table, and the data that they say; the draft's as long as there is none."""
    table = _show_file(data)
    chosen: Data = data
    if table is None:
        if not isinstance(data, Csv):
            st.caption(_("As long as there is no table, the data set before stays."))
    else:
        try:
            chosen = _show_columns(table, data, problem)
        except NnlabError as error:
            say("error", error, icon=":material/error:")
    _show_fold(table, chosen)
    if isinstance(chosen, Csv):
        _show_facts(chosen, table)
        playground_state().own.made = (chosen.text, chosen.sha256)
    return chosen


# The file ----------------------------------------------------------------------------------------


def _show_file(data: Data) -> Table | None:
    """The uploader, what was found in the file, and its table; without a file the draft's."""
    memory = playground_state().own
    st.file_uploader(
        _("CSV file"),
        key=widgets.key("csv_file"),
        max_upload_size=MAX_BYTES // 2**20,
        on_change=_take_file,
        help=_(
            "Text, at most {size} MB, at most {max_rows:,} rows (of more, so many are drawn at"
            " random, the same each time). Separator, decimal comma and header are found out.",
            size=MAX_BYTES // 2**20,
            max_rows=MAX_ROWS,
        ),
    )
    drafted = data if isinstance(data, Csv) else None
    if drafted is not None and memory.made not in (None, (drafted.text, drafted.sha256)):
        memory.upload = None  # another table was opened here since: by a link, or from a run
    if memory.upload is None:
        return _drafted(drafted) if drafted is not None else None
    for key, said in zip(FORM_KEYS, memory.upload.form, strict=True):
        widgets.setdefault(key, said)
    memory.upload = replace(memory.upload, form=tuple(widgets[key] for key in FORM_KEYS))
    try:
        reading = _read(memory.upload.content, Form(*memory.upload.form))
    except NnlabError as error:
        say("error", f"{memory.upload.name}: {error}", icon=":material/error:")
        return None
    st.caption(_found(memory.upload.name, reading))
    return reading.table


def _take_file() -> None:
    """A new file is read afresh. Taking it off the list keeps the table: the draft holds it."""
    file = widgets["csv_file"]
    if file is None:
        return
    memory = playground_state().own
    memory.upload, memory.made = Upload(file.name, file.getvalue(), (None, None, None)), None
    for key in FORM_KEYS:
        widgets[key] = None
    for key in ("csv_inputs", "csv_target", "plane_across", "plane_up"):
        widgets.forget(key)
    if _has_few_rows(file.getvalue()):
        remember()
        widgets["train_share"] = 100


def _has_few_rows(content: bytes) -> bool:
    try:
        return _read(content, Form(None, None, None)).rows <= FEW_ROWS
    except NnlabError:
        return False  # it cannot be read: the page says why where it draws it


def _show_fold(table: Table | None, data: Data) -> None:
    """The first rows, how the file is written, and the seed."""
    with st.popover(_("Rows, format, seed"), key=widgets.key("csv_fold"), width="stretch"):
        if table is not None and isinstance(data, Csv):
            columns = [*data.inputs, data.target]
            st.dataframe({name: table.columns[name][:PREVIEW_ROWS] for name in columns})
            st.caption(
                _(
                    "The first {count} of {total:,} rows. An empty cell is a missing value.",
                    count=min(PREVIEW_ROWS, len(table.rows)),
                    total=len(table.rows),
                )
            )
        if playground_state().own.upload is not None:
            for label, key, options in zip(FORM_LABELS, FORM_KEYS, OPTIONS, strict=True):
                st.selectbox(
                    _(label),
                    list(options),
                    format_func=lambda value, options=options: _(options[value]),
                    key=widgets.key(key),
                )
        st.number_input(_("data seed"), 0, MAX_SEED, key=widgets.key("data_seed"))


@kept
def _read(content: bytes, form: Form) -> Reading:
    return read_csv(content, form)


@kept
def _parsed(text: str) -> Table:
    return parse(text)


def _drafted(data: Csv) -> Table | None:
    """The table of the draft itself, as it came by a link."""
    try:
        table = _parsed(table_text(data, services.settings().data_dir))
    except NnlabError:
        return None  # the page says so, as of any data that cannot be had
    known = {*table.numbers, *_targets(table, data.task)}
    return table if {*data.inputs, data.target} <= known else None


def _found(name: str, reading: Reading) -> str:
    form = reading.form
    words = [
        _(
            "{name}: {rows:,} rows, {columns} columns",
            name=plain(name),
            rows=reading.rows,
            columns=len(reading.table.names),
        ),
        _("separated by {separator}", separator=_(SEPARATORS[form.separator or ","])),
    ]
    if form.decimal_comma:
        words.append(_("decimal comma"))
    if not form.header:
        words.append(_("no header"))
    said = [", ".join(words) + "."]
    if reading.rows > MAX_ROWS:
        said.append(_("{max_rows:,} rows are kept, drawn at random (seed 0).", max_rows=MAX_ROWS))
    if reading.ragged:
        said.append(
            _(
                "{n:,} row skipped: wrong number of cells.",
                "{n:,} rows skipped: wrong number of cells.",
                n=reading.ragged,
            )
        )
    return " ".join(said)


# The columns -------------------------------------------------------------------------------------


def _choose_inputs(options: Sequence[str], drafted: Csv | None, problem: Problem) -> list[str]:
    """Draw the choice of input columns; initially those of the draft, else the first two."""
    most = 1 if problem == "curve" else MAX_INPUTS
    said = [name for name in widgets.get("csv_inputs") or () if name in options]
    if not said:
        before = drafted.inputs if drafted is not None else ()
        said = [name for name in before if name in options] or options[:2]
    widgets["csv_inputs"] = list(said[:most])
    return st.multiselect(
        _("Inputs") if most > 1 else _("Input"),
        options,
        format_func=visible,
        key=widgets.key("csv_inputs"),
        max_selections=most,
    )


def _show_columns(table: Table, data: Data, problem: Problem) -> Csv:
    """Draw the choice of inputs and target. Return the data that they make.

    Raises:
        NnlabError: the table has no such columns, or what is chosen cannot be learned.
    """
    task: Task = "classification" if problem == "classification" else "regression"
    numbers, targets = list(table.numbers), _targets(table, task)
    _must_serve(numbers, targets, task)
    drafted = data if isinstance(data, Csv) and data.task == task else None
    if widgets.get("csv_target") not in targets:
        known = drafted.target if drafted is not None else None
        widgets["csv_target"] = known if known in targets else targets[-1]
    target = st.selectbox(_("Target"), targets, format_func=visible, key=widgets.key("csv_target"))
    inputs = _choose_inputs([name for name in numbers if name != target], drafted, problem)
    if problem == "regression" and len(inputs) == 1:
        raise NnlabError(
            _("A number from one input is a curve: choose Curve above, or two inputs.")
        )
    share = st.slider(
        _("Training share"), 10, 100, step=10, format="%d %%", key=widgets.key("train_share")
    )
    exact = getattr(data, "train_share", 0.5)
    train_share = exact if share == round(exact * 100) else share / 100
    seed = int(widgets["data_seed"])
    came_so = isinstance(data, Csv) and playground_state().own.upload is None
    if came_so and (data.task, data.inputs, data.target) == (task, tuple(inputs), target):
        return data.model_copy(update={"train_share": train_share, "seed": seed})
    chosen = choose(
        table,
        tuple(inputs),
        target,
        task,
        data_dir=services.settings().data_dir,
        owner=owner(),
        train_share=train_share,
        seed=seed,
        room=doors.must_have,
    )
    if came_so:  # the very table stays, as it came
        return chosen.model_copy(update={"text": data.text, "sha256": data.sha256})
    return chosen


@kept
def _targets(table: Table, task: Task) -> list[str]:
    """Columns of numbers, or those that say two to ten different things."""
    if task == "regression":
        return list(table.numbers)
    return [name for name, count in table.values.items() if 2 <= count <= MAX_CLASSES]


def _must_serve(numbers: list[str], targets: list[str], task: Task) -> None:
    if not numbers:
        raise NnlabError(
            _(
                "The table has no column of numbers, and an input is one: say how the file is"
                " written, above, or take another."
            )
        )
    if not targets:
        raise NnlabError(
            _(
                "No column says two to {max_classes} different things, so none can be a class:"
                " choose Regression or Curve above.",
                max_classes=MAX_CLASSES,
            )
        )
    if len(numbers) == 1 and targets == numbers:
        raise NnlabError(
            _(
                "'{column}' is the only column of numbers: it cannot be input and target at once.",
                column=numbers[0],
            )
        )


# What was found ----------------------------------------------------------------------------------


def _show_facts(data: Csv, table: Table | None) -> None:
    """How many rows train, of which classes, and what the page does with the columns."""
    left_out = len(table.rows) - data.points if table is not None else 0
    words = [_("{count:,} rows", count=data.points)]
    if left_out:
        words.append(
            _(
                "{n:,} row skipped: missing value",
                "{n:,} rows skipped: missing value",
                n=left_out,
            )
        )
    st.caption("; ".join(words) + "." + _counts(data))
    show_axes_choice(data)
    if len(data.text) == 0:
        st.caption(
            _(
                "The link holds the table's hash: the table itself is kept on this server, and"
                " the link works where that file is."
            )
        )
    if not data.classes:
        st.caption(
            _(
                "{target} is scaled: −1 is its lowest value, 1 its highest.",
                target=plain(data.target),
            )
        )


def _counts(data: Csv) -> str:
    """How often each class is there."""
    try:
        splits = splits_of(data)
    except NnlabError:
        return ""
    if not data.classes:
        return ""
    y = torch.cat([splits.train.y, splits.val.y])
    counts = y.bincount(minlength=len(data.classes))
    pairs = zip(data.classes, counts.tolist(), strict=True)
    return " " + " · ".join(f"{plain(name)} {count:,}" for name, count in pairs)
