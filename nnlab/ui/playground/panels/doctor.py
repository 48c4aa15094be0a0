"""The panel Doctor: problems of the network and its training, their causes, and fixes."""

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor, nn

from nnlab.config import Adam, RMSprop
from nnlab.data.splits import Splits
from nnlab.insight.doctor.diagnosis import Examination, diagnostics, examine
from nnlab.insight.doctor.diagnostic import Diagnostic
from nnlab.insight.doctor.learning import class_missing, over_fitting, rate_too_high, too_simple
from nnlab.texts import _, number
from nnlab.ui.components.tables import DASH, cell, row, table
from nnlab.ui.lab.branching import effective
from nnlab.ui.messages import say
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.panels.fixes import show_fixes
from nnlab.ui.runtime.snapshot import settled
from nnlab.ui.words import plain

BATCH = 256
"""Training points, and as many validation points: always the same first ones."""


@dataclass(frozen=True)
class Diagnosis:
    """The diagnosis of one network."""

    step: int
    seen: Examination
    found: tuple[Diagnostic, ...]


def draw_doctor(frame: Frame) -> None:
    """Draw each diagnostic with its cause and its fixes, then a table of all measurements."""
    diagnosis = _diagnosis(frame)
    for issue in dict.fromkeys(diagnostic.issue for diagnostic in diagnosis.found):
        same = [diagnostic for diagnostic in diagnosis.found if diagnostic.issue == issue]
        with st.container(border=True, key=f"finding_{issue}"):
            what = " ".join(diagnostic.what for diagnostic in same)
            st.markdown(f":material/stethoscope: **{plain(what)}** {plain(same[0].cause)}")
            show_fixes(frame, issue)
    seen = diagnosis.seen
    checked = _(
        "Examined at step {step:,} on a fixed batch of {examples} examples: dead and"
        " saturated units, vanishing and exploding gradients, the size of the next step, the"
        " inputs' spread, over-fitting, a rate too high, a network too simple, missing classes.",
        step=diagnosis.step,
        examples=seen.examples,
    )
    if not diagnosis.found:
        say("success", _("Nothing found."), checked, icon=":material/check_circle:")
    else:
        st.caption(checked)
    st.html(_table(seen))
    st.caption(
        _(
            "Loss on that batch {loss:.4g}; guessing would give {guessing:.4g}. A step that"
            " changes weights by about a thousandth of their size is right.",
            loss=seen.loss,
            guessing=seen.guessing,
        )
    )


def _diagnosis(frame: Frame) -> Diagnosis:
    """Diagnose the network in view; while a run trains, at most once a second."""
    seen = frame.moment
    if frame.view is not None and frame.past is None:
        seen = settled(frame.view, seen, moving=frame.status in ("running", "starting"))
    return seen.cached("diagnosis", lambda network: _make(frame, seen.step, network))


def _make(frame: Frame, step: int, network: nn.Sequential) -> Diagnosis:
    x, y = batch(frame.splits)
    experiment = frame.experiment
    if frame.view is not None:
        experiment = effective(frame.view.run, frame.history, step)
    optimizer = experiment.training.optimizer
    seen = examine(
        network,
        x,
        y,
        lr=optimizer.lr,
        momentum=getattr(optimizer, "momentum", 0.0),
        adaptive=isinstance(optimizer, Adam | RMSprop),
    )
    found: list[Diagnostic | None] = [*diagnostics(seen)]
    names = frame.splits.info.class_names
    if names is not None:
        found.append(class_missing(frame.splits.train.y, len(names), names))
    train_x, train = _until(frame, "train_loss")
    val_x, val = _until(frame, "val_loss")
    found += [
        over_fitting(train_x, train, val_x, val),
        rate_too_high(train) if not seen.has_learned else None,
        too_simple(network, x, y, step),
    ]
    by_kind: dict[tuple[str, str], Diagnostic] = {}
    for diagnostic in found:
        if diagnostic is not None:
            by_kind.setdefault((diagnostic.issue, diagnostic.what), diagnostic)
    return Diagnosis(step, seen, tuple(by_kind.values()))


def batch(splits: Splits) -> tuple[Tensor, Tensor]:
    """The first training and validation points: the same at every step."""
    parts = [(part.x[:BATCH], part.y[:BATCH]) for part in (splits.train, splits.val)]
    return torch.cat([x for x, _other in parts]), torch.cat([y for _first, y in parts])


def _until(frame: Frame, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The curve up to the moment that is looked at."""
    x, y = frame.history.curve(name)
    kept = x <= (frame.moment.step if frame.past is not None else np.inf)
    return x[kept], y[kept]


def _table(seen: Examination) -> str:
    heads = ["", _("units"), _("dead"), _("saturated"), _("gradient norm"), _("step ÷ weights")]
    rows = []
    for layer in seen.layers:
        saturates = "Tanh" in layer.name or "Sigmoid" in layer.name
        values = (
            str(layer.units),
            _share(layer.dead, layer.units, "ReLU" in layer.name),
            _share(layer.saturated, layer.units, saturates),
            number(layer.grad_norm),
            _ratio(layer.update_ratio),
        )
        rows.append(row(f"{layer.number} · {layer.name}", *map(cell, values)))
    return f"<div class='nnlab-wide'>{table('nnlab-figures', rows, heads=heads)}</div>"


def _share(chosen: tuple[int, ...], of: int, applies: bool) -> str:
    return f"{len(chosen) / of:.0%}" if applies else DASH


def _ratio(value: float) -> str:
    return number(value, 2) if math.isfinite(value) else "∞"
