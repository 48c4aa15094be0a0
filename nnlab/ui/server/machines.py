"""A card for each machine: its resources, their use, and the runs that train there."""

from collections import Counter

from nnlab.runs.disk import in_words
from nnlab.runs.workers.overview import Machine, Overview, RunThere
from nnlab.texts import _, number
from nnlab.ui.server.words import run_link, status_word, who
from nnlab.ui.words import about
from nnlab.visible import in_html

MOST_RUNS = 12
"""Limit for the runs named on a card; the others are counted."""
FEW_RUNS = 4
"""The same limit with more than `MANY_MACHINES`, so that all cards and the queue stay in reach."""
MANY_MACHINES = 12
MOST_MACHINES = 200
"""Cards on the page; the others are counted."""


def machine_cards(seen: Overview) -> str:
    """All machines by name, those that get no runs last, as HTML."""
    if not seen.machines:
        if seen.down is not None:  # the page says why
            return ""
        nothing = _("No node has reported its resources yet.")
        return f"<p class='nnlab-server-sum'>{in_html(nothing)}</p>"
    ordered = sorted(seen.machines, key=lambda one: (one.refused is not None, one.name))
    named = MOST_RUNS if len(ordered) <= MANY_MACHINES else FEW_RUNS
    cards = "".join(_card(machine, seen.engine, named) for machine in ordered[:MOST_MACHINES])
    left = len(ordered) - MOST_MACHINES
    more = _("and {n:,} more machine", "and {n:,} more machines", n=left) if left > 0 else ""
    return f"<div class='nnlab-machines'>{cards}</div>" + (
        f"<p class='nnlab-server-sum'>{in_html(more)}</p>" if more else ""
    )


def _card(machine: Machine, engine: str, named: int) -> str:
    state = "usable" if machine.refused is None else "refused"
    address = f" <small>{in_html(machine.address)}</small>" if machine.address else ""
    inside = [f"<h3>{in_html(machine.name)}{address}</h3>"]
    if machine.refused is not None:
        inside.append(f"<p class='nnlab-refusal'>{in_html(machine.refused)}</p>")
    inside += [_bars(machine, engine), _versions(machine)]
    if machine.cpus or machine.runs or machine.refused is not None:
        inside.append(_runs(machine.runs, named))
    else:
        nothing = _("It has no cores for runs (--num-cpus=0).")
        inside.append(f"<p class='nnlab-versions'>{in_html(nothing)}</p>")
    return f"<section class='nnlab-machine {state}'>{''.join(inside)}</section>"


def _bars(machine: Machine, engine: str) -> str:
    used = machine.memory - machine.memory_free
    # A node reports the cores reserved by its runs; this machine reports the load of the system.
    cores = _("Cores busy") if engine == "local" else _("Cores reserved")
    bars = []
    if machine.cpus:
        bars.append(_bar(cores, machine.cpus_used, machine.cpus, number(machine.cpus_used)))
    if machine.gpus:
        given = number(machine.gpus_used)
        bars.append(_bar(_("GPUs reserved"), machine.gpus_used, machine.gpus, given))
    bars.append(_bar(_("Memory"), used, machine.memory, in_words(used), in_words(machine.memory)))
    return f"<div class='nnlab-bars'>{''.join(bars)}</div>"


def _bar(name: str, used: float, total: float, said: str, of: str = "") -> str:
    """A name, figures, and how full it is."""
    share = min(1.0, max(0.0, used / total)) if total > 0 else 0.0
    figures = _("{used} of {total}", used=said, total=of or number(total))
    return (
        f"<span>{in_html(name)}</span><b>{in_html(figures)}</b>"
        f"<div aria-hidden='true'><i style='width:{share:.0%}'></i></div>"
    )


def _versions(machine: Machine) -> str:
    kinds = Counter(machine.gpu_names)
    gpus = ", ".join(f"{n} × {name}" if n > 1 else name for name, n in kinds.items())
    said = [
        machine.processor,
        gpus or _("no GPU"),
        _("Python {version}", version=machine.python),
        _("PyTorch {version}", version=machine.torch) if machine.torch else _("no PyTorch"),
    ]
    text = " · ".join(in_html(word) for word in said if word)
    return f"<p class='nnlab-versions'>{text}</p>"


def _runs(runs: tuple[RunThere, ...], named: int) -> str:
    if not runs:
        return f"<p class='nnlab-versions'>{in_html(_('Nothing trains here.'))}</p>"
    longest_first = sorted(runs, key=lambda run: -run.seconds)
    lines = "".join(
        f"<li>{run_link(run.id)} <small>{who(run.visitor)} · {status_word(run.status)} ·"
        f" {in_html(about(run.seconds))}</small></li>"
        for run in longest_first[:named]
    )
    left = len(runs) - named
    if left > 0:
        more = _("and {n:,} more run", "and {n:,} more runs", n=left)
        lines += f"<li>{in_html(more)}</li>"
    return f"<ul>{lines}</ul>"
