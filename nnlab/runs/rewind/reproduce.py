"""A run that anybody can repeat: the experiment that does it, and the loss that it then has."""

from dataclasses import dataclass

from nnlab.config import CosineSchedule, Experiment, OneCycleSchedule
from nnlab.config.replay_link import Expectation, Maker, differences, maker
from nnlab.errors import NnlabError
from nnlab.runs.record.history import History
from nnlab.runs.record.log import read_head_and_tail
from nnlab.runs.store import Run
from nnlab.runs.sweeps.single import must_be_one
from nnlab.texts import _
from nnlab.training.events import CheckpointSaved, FitStarted


@dataclass(frozen=True)
class Verdict:
    """The result of a replay."""

    reproduced: bool
    """The same step, and the same loss to the last digit."""
    step: int
    train_loss: float | None
    """None where it has none: it diverged or failed."""
    reasons: tuple[str, ...]
    """The differences in words; empty if nothing recorded differed."""


def replayable(run: Run, history: History) -> tuple[Experiment, Expectation]:
    """The experiment that repeats a run from its seeds alone, and what it ends with.

    A run that somebody stopped is repeated with the steps that it had as its budget.

    Raises:
        NnlabError: an experiment alone does not repeat it; says why.
        RunNotFoundError, RunDamagedError: as `Run.experiment` does.
    """
    must_be_one(run)
    experiment, started, ended = run.experiment, history.started, history.ended
    if run.meta.parent is not None:
        raise _cannot(_("it branched from another run, and a link holds one experiment alone"))
    if started is None:
        raise _cannot(_("nothing was trained here yet"), mend=_("Let it train first."))
    if isinstance(read_head_and_tail(run.path)[0], CheckpointSaved):
        raise _cannot(
            _("it began with weights from a file, which no seed draws again"),
            mend=_("Export the weights themselves."),
        )
    if any(control.set is not None and control.error is None for control in history.controls):
        raise _cannot(_("it was changed while it trained, and a link does not hold such changes"))
    if ended is None or ended.train_loss is None:
        raise _cannot(_("it has not ended with a train_loss"), mend=_("Let it end, or stop it."))
    if ended.step < 1:
        raise _cannot(_("it has not made a step yet"), mend=_("Let it train first."))
    if ended.step < started.total_steps and ended.reason != "early_stopped":
        schedule = experiment.training.schedule
        if isinstance(schedule, CosineSchedule | OneCycleSchedule):
            raise _cannot(
                _("it ended before its budget was spent, over which its schedule spreads"),
                mend=_("Let it train to its end."),
            )
        experiment = experiment.with_set("training.steps", ended.step)
        experiment = experiment.with_set("training.stop_at_loss", None)
    if started.threads > 1 and experiment.training.threads is None:
        experiment = experiment.with_set("training.threads", started.threads)
    return experiment, Expectation(ended.step, ended.train_loss, made_by(started))


def made_by(started: FitStarted) -> Maker:
    """Return the maker of a session, as a link says it."""
    return maker(
        nnlab=started.nnlab,
        torch=started.torch,
        threads=started.threads,
        device=started.device,
        processor=started.processor,
    )


def judge(expected: Expectation, history: History) -> Verdict | None:
    """Compare a replay with the expectation; None until it has ended."""
    ended, started = history.ended, history.started
    if ended is None or started is None:
        return None
    reasons = differences(expected.made, made_by(started))
    if any(control.set is not None and control.error is None for control in history.controls):
        reasons.insert(0, _("this run was changed while it trained"))
    if ended.step != expected.step:
        reasons.insert(
            0,
            _(
                "this run ended at step {step:,}, not {expected:,}",
                step=ended.step,
                expected=expected.step,
            ),
        )
    same = ended.step == expected.step and ended.train_loss == expected.train_loss
    return Verdict(same, ended.step, ended.train_loss, tuple(reasons))


def _cannot(reason: str, *, mend: str | None = None) -> NnlabError:
    mend = mend or _("Export it as a script, which repeats it whole.")
    return NnlabError(
        _("A link cannot reproduce this run: {reason}. {mend}", reason=reason, mend=mend)
    )
