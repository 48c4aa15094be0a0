"""Parts of the Playground that a link hides, for a lesson: `?hide=data,training`, `?hide=form`."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from nnlab.classroom.current import classroom
from nnlab.errors import InvalidExperimentError, one_of
from nnlab.texts import N_, _
from nnlab.ui.messages import say
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.visitors import visitor

HIDE = "hide"
"""The parameter of the address."""


@dataclass(frozen=True)
class HiddenPart:
    """The widgets and places that a name hides. Hidden values stay as in the link."""

    label: str
    """Label; goes through `_` where it is shown."""
    names: tuple[str, ...] = ()
    """Names of widgets and charts."""
    places: tuple[str, ...] = ()
    """Keys of containers."""


PARTS: dict[str, HiddenPart] = {
    "problem": HiddenPart(N_("problem"), ("problem",)),
    "data": HiddenPart(
        N_("data set, points, seed"),
        ("dataset", "data_fold", "new_data", "take_points", "type_point"),
        ("classes_part",),
    ),
    "noise": HiddenPart(N_("noise"), ("noise",)),
    "split": HiddenPart(N_("training share"), ("train_share",)),
    "inputs": HiddenPart(N_("inputs"), places=("inputs_form",)),
    "network": HiddenPart(N_("layers, activation, initial weights"), places=("network_form",)),
    "training": HiddenPart(N_("everything of training"), places=("training_form",)),
    "optimizer": HiddenPart(N_("optimizer"), ("optimizer",), ("momentum_part",)),
    "batch": HiddenPart(N_("batch size"), ("batch_size",)),
    "penalties": HiddenPart(N_("regularisation"), places=("penalties",)),
    "rate": HiddenPart(N_("learning rate"), ("lr",)),
    "schedule": HiddenPart(N_("schedule"), ("schedule",)),
    "advanced": HiddenPart(N_("the fold Advanced"), ("advanced",)),
    "picture": HiddenPart(N_("the network's picture"), places=("network",)),
    "plane": HiddenPart(N_("the plane or the curve"), places=("plane",)),
    "figures": HiddenPart(N_("losses and accuracies as numbers"), places=("figures",)),
    "curves": HiddenPart(N_("the curves"), ("loss_chart", "accuracy_chart"), ("curves_look",)),
    "past": HiddenPart(N_("Rewind"), places=("past_row",)),
    "panels": HiddenPart(N_("the panels below"), ("branch_here",), ("panel_row", "panel_shown")),
    "share": HiddenPart(N_("Share"), ("share",)),
}

SIDE = ("problem", "data", "noise", "split", "inputs", "share")
"""The parts beside the picture: without them their column gives up its space."""


@dataclass(frozen=True)
class Preset:
    """Parts that are hidden together, under one name of the address."""

    label: str
    """The part left visible, as a label. It goes through `_` where it is shown."""
    parts: tuple[str, ...]


PRESETS: dict[str, Preset] = {
    "nothing": Preset(N_("Everything"), ()),
    "form": Preset(N_("Only Train"), (*SIDE, "network", "training", "panels")),
    "all-but-rate": Preset(
        N_("Rate only"),
        (*SIDE, "network", "optimizer", "batch", "penalties", "advanced", "panels"),
    ),
    "all-but-network": Preset(N_("Network only"), (*SIDE, "training", "panels")),
    "all-but-data": Preset(N_("Data only"), ("inputs", "share", "network", "training", "panels")),
}
"""Presets by their names in the address."""


def hidden_by(preset: str) -> tuple[str, ...]:
    """The parts that a preset hides, names of `PARTS`; none of `nothing`.

    Raises:
        InvalidExperimentError: there is no such preset.
    """
    if preset not in PRESETS:
        raise InvalidExperimentError(f"hide: {one_of(_('preset'), preset[:40], PRESETS)}")
    return PRESETS[preset].parts


def preset_of(names: Iterable[str]) -> str | None:
    """The preset that hides exactly these parts; None where none does."""
    hidden = set(names)
    return next((name for name, one in PRESETS.items() if set(one.parts) == hidden), None)


def words_of(names: Iterable[str]) -> str:
    """Return the address's words for hidden parts: the preset that hides them, else their names."""
    hidden = tuple(names)
    return (preset_of(hidden) if hidden else None) or ",".join(hidden)


def read_hidden(words: str) -> tuple[tuple[str, ...], str | None]:
    """The parts that an address hides, by their names or by a preset's, and a message on others."""
    names = [word.strip() for word in words.split(",") if word.strip()]
    parts = [
        part for name in names for part in (PRESETS[name].parts if name in PRESETS else (name,))
    ]
    known = tuple(dict.fromkeys(part for part in parts if part in PARTS))
    unknown = [part for part in parts if part not in PARTS]
    if not unknown:
        return known, None
    return known, f"hide: {one_of(_('part'), unknown[0][:40], [*PARTS, *PRESETS])}"


def hide_parts() -> None:
    """Hide the parts named in the address, and warn of unknown words."""
    known, message = read_hidden(st.query_params.get(HIDE, ""))
    if message is not None:
        say("warning", message, icon=":material/visibility_off:")
    known = tuple(dict.fromkeys((*known, *hidden_by_lecturer())))
    if known:
        st.html(style_of(known))


def hidden_by_lecturer() -> tuple[str, ...]:
    """Return the parts that the lecturer hides from this student; unknown names are ignored."""
    room = classroom()
    if room is None or visitor().role != "student":
        return ()
    return tuple(name for name in room.state.hidden if name in PARTS)


def style_of(names: tuple[str, ...]) -> str:
    """The style that hides parts by their names.

    Raises:
        InvalidExperimentError: a name that is none.
    """
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise InvalidExperimentError(f"hide: {one_of(_('part'), unknown[0], PARTS)}")
    keys = [
        key
        for part in (PARTS[name] for name in names)
        for key in (*map(widgets.key, part.names), *part.places)
    ]
    places = ",".join(f".st-key-{key}" for key in keys)
    if set(SIDE) <= set(names):
        places += ",.st-key-lab .stColumn:has(.st-key-form)"
    return f"<style>:is({places}) {{ display: none !important; }}</style>"
