"""Pause, resume, step, epoch, stop and set: at which step they hold, and what they change."""

import pytest
import torch

from nnlab.config import Activation, Dropout, Linear
from nnlab.data.splits import Part
from nnlab.training.controls import EndRun
from nnlab.training.events import ControlApplied, Evaluated, Event, FitEnded
from nnlab.training.fit import fit
from tests.training.bench import (
    FastClock,
    Script,
    StandingClock,
    experiment,
    progress,
    run,
    same,
    splits,
)

MOMENTUM = {"kind": "sgd", "lr": 0.1, "momentum": 0.9}


def applied(events) -> list[ControlApplied]:
    return [event for event in events if isinstance(event, ControlApplied)]


def end(events) -> FitEnded:
    assert isinstance(events[-1], FitEnded)
    return events[-1]


def test_a_paused_run_stands_still():
    script = Script({5: ["pause"]}, ["checkpoint", "checkpoint", "checkpoint"])
    weights, events = run(experiment(), splits(), script)
    assert script.paused_at == [5, 5, 5, 5]
    (paused,) = progress(events)
    assert (paused.paused, paused.step, paused.epoch) == (True, 5, 2)
    stopped, _ = run(experiment(epochs=None, steps=5), splits())
    assert same(weights, stopped)
    assert (end(events).reason, end(events).step) == ("stopped", 5)


@pytest.mark.parametrize("position", [0, 1, 3, 4, 7, 11])
def test_step_makes_exactly_one_step_from_any_position(position: int):
    script = Script({position: ["pause"]}, ["step"])
    _, events = run(experiment(), splits(), script)
    if position < 11:
        assert script.paused_at == [position, position + 1]
    else:
        assert script.paused_at == [position]
        assert end(events).reason == "completed"
    assert end(events).step == position + 1


@pytest.mark.parametrize(
    ("position", "stops_at"), [(0, 4), (1, 4), (3, 4), (4, 8), (5, 8), (7, 8), (9, None)]
)
def test_epoch_stops_exactly_at_the_end_of_the_pass(position: int, stops_at: int | None):
    script = Script({position: ["pause"]}, ["epoch"])
    _, events = run(experiment(evaluate_every=1), splits(), script)
    if stops_at is None:  # the budget ends there, too
        assert script.paused_at == [position]
        assert end(events).reason == "completed"
    else:
        assert script.paused_at == [position, stops_at]
        assert events[-3].model_dump(include={"type", "step"}) == {
            "type": "epoch_ended",
            "step": stops_at,
        }
        assert progress(events)[-1].step == stops_at


def test_step_and_epoch_of_a_run_that_goes_pause_it_there():
    script = Script({2: ["step"]}, ["resume"])
    run(experiment(), splits(), script)
    assert script.paused_at == [3]
    script = Script({2: ["epoch"]})
    run(experiment(), splits(), script)
    assert script.paused_at == [4]


def test_two_steps_asked_at_once_are_two_steps():
    script = Script({2: ["step", "step"]})
    run(experiment(), splits(), script)
    assert script.paused_at == [4]


def test_a_first_step_is_made_before_all_others():
    script = Script({0: ["step"]})
    _, events = run(experiment(), splits(), script)
    assert script.paused_at == [1]
    assert applied(events)[0].step == 0


def test_resume_goes_on_to_the_end_as_if_nothing_had_been():
    script = Script({2: ["pause"], 6: ["pause"]}, ["resume", "resume"])
    weights, events = run(experiment(), splits(), script)
    assert script.paused_at == [2, 6]
    assert same(weights, run(experiment(), splits())[0])
    assert end(events).reason == "completed"


def test_pause_after_epoch_takes_it_back():
    script = Script({1: ["epoch"], 2: ["pause"]})
    run(experiment(), splits(), script)
    assert script.paused_at == [2]


def test_stop_ends_at_once_and_is_answered():
    weights, events = run(experiment(), splits(), Script({5: ["stop"]}))
    assert same(weights, run(experiment(epochs=None, steps=5), splits())[0])
    assert [(event.do, event.step) for event in applied(events)] == [("stop", 5)]
    assert (end(events).reason, end(events).step, end(events).epoch) == ("stopped", 5, 2)
    assert end(events).train_loss is not None


def test_each_control_is_answered_in_turn_with_its_id_and_its_step():
    script = Script({3: ["checkpoint", ("training.l1", 0.1)], 5: ["pause"]}, ["resume"])
    _, events = run(experiment(), splits(), script)
    told = [(event.id, event.step, event.do, event.set) for event in applied(events)]
    assert told == [
        ("1", 3, "checkpoint", None),
        ("2", 3, None, {"path": "training.l1", "value": 0.1}),
        ("3", 5, "pause", None),
        ("4", 5, "resume", None),
    ]


def test_who_holds_the_controls_can_end_the_run():
    class Gone(Script):
        def poll(self, step, *, paused):
            if step == 3:
                raise EndRun("server_gone")
            return []

    _, events = run(experiment(), splits(), Gone())
    assert (end(events).reason, end(events).step) == ("server_gone", 3)
    assert applied(events) == []


def test_seconds_leave_pauses_out():
    clock = StandingClock()

    class Waiting(Script):
        def poll(self, step, *, paused):
            clock.now += 100.0 if paused else 0.01
            return super().poll(step, paused=paused)

    script = Waiting({5: ["pause"]}, ["checkpoint", "resume"])
    _, events = run(experiment(), splits(), script, clock=clock)
    assert script.paused_at == [5, 5]
    assert end(events).seconds == pytest.approx(0.12)  # a look before each of the 12 steps
    seconds = [event.seconds for event in events]
    assert seconds == sorted(seconds)
    assert seconds[-2] < 1


def test_seconds_of_earlier_sessions_count_in():
    fitting = fit(experiment(), splits(), clock=FastClock())
    while next(fitting).step < 3:
        pass
    state = fitting.snapshot()
    later = list(fit(experiment(), splits(), state, clock=StandingClock()))
    assert later[0].seconds == later[-1].seconds == pytest.approx(state["seconds"])
    assert state["seconds"] > 1


# set -----------------------------------------------------------------------------------------


def plain_with_change(change, *, at: int, epochs: int = 3, schedule=None) -> dict:
    """The weights of a plain loop in which `change(optimizer)` is called after step `at`."""
    data = splits()
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, fused=True)
    scheduler = schedule(optimizer) if schedule else None
    order = torch.Generator().manual_seed(0)
    step = 0
    for _ in range(epochs):
        for indices in torch.randperm(26, generator=order).split(7):
            if step == at:
                change(optimizer, scheduler)
            optimizer.zero_grad()
            logits = net(data.train.x[indices])
            torch.nn.functional.cross_entropy(logits, data.train.y[indices]).backward()
            optimizer.step()
            step += 1
        if scheduler:
            scheduler.step()
    return net.state_dict()


@pytest.mark.parametrize(
    ("name", "value"), [("lr", 0.01), ("momentum", 0.5), ("weight_decay", 0.1), ("nesterov", True)]
)
def test_a_hyperparameter_changes_from_the_next_step_on(name: str, value: object):
    def change(optimizer, _):
        optimizer.param_groups[0][name] = value

    script = Script({5: [(f"training.optimizer.{name}", value)]})
    weights, events = run(experiment(optimizer=MOMENTUM), splits(), script)
    assert applied(events)[0].error is None
    assert same(weights, plain_with_change(change, at=5))
    assert not same(weights, run(experiment(optimizer=MOMENTUM), splits())[0])


def test_a_rate_set_under_a_schedule_starts_its_way_anew_from_there():
    """The rate times gamma each epoch: twice the rate is twice all that follows."""

    def schedule(optimizer):
        return torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)

    def change(optimizer, _):
        optimizer.param_groups[0]["lr"] *= 2

    script = Script({5: [("training.optimizer.lr", 0.2)]})
    given = experiment(optimizer=MOMENTUM, schedule={"kind": "exponential", "gamma": 0.5})
    weights, events = run(given, splits(), script, clock=FastClock())
    rates = {event.step: event.lr for event in progress(events)}
    assert [rates[step] for step in (4, 5, 6, 8, 12)] == [0.05, 0.05, 0.1, 0.05, 0.025]
    assert same(weights, plain_with_change(change, at=5, schedule=schedule))


@pytest.mark.parametrize("schedule", [{"kind": "one_cycle"}, {"kind": "cosine"}])
def test_a_rate_set_under_a_schedule_by_step_scales_the_rest_of_its_way(schedule: dict):
    given = experiment(optimizer=MOMENTUM, schedule=schedule)
    _, plain = run(given, splits(), clock=FastClock())
    script = Script({5: [("training.optimizer.lr", 0.2)]})
    _, doubled = run(given, splits(), script, clock=FastClock())
    for before, after in zip(progress(plain), progress(doubled), strict=True):
        assert after.lr == pytest.approx(before.lr * (2 if after.step > 5 else 1))


def test_betas_can_be_set_one_at_a_time():
    adam = {"kind": "adam", "lr": 0.1}
    script = Script({5: [("training.optimizer.betas.0", 0.5)]})
    weights, events = run(experiment(optimizer=adam), splits(), script)
    assert applied(events)[0].error is None
    both = Script({5: [("training.optimizer.betas", [0.5, 0.999])]})
    assert same(weights, run(experiment(optimizer=adam), splits(), both)[0])
    assert not same(weights, run(experiment(optimizer=adam), splits())[0])


def test_l1_and_the_limit_of_the_gradient_can_be_set_and_lifted():
    script = Script({0: [("training.clip_norm", None), ("training.l1", 0)]})
    weights, events = run(experiment(l1=0.5, clip_norm=0.01), splits(), script)
    assert [event.error for event in applied(events)] == [None, None]
    assert same(weights, run(experiment(), splits())[0])


def test_a_single_weight_can_be_set():
    script = Script({5: ["pause"]}, [("weights.0.weight.3.1", 7)])
    weights, _ = run(experiment(), splits(), script)
    expected, _ = run(experiment(epochs=None, steps=5), splits())
    expected["0.weight"][3, 1] = 7.0
    assert same(weights, expected)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("training.optimizer.lr", 0, "training.optimizer.lr: .*greater than 0, got 0"),
        ("training.optimizer.lr", "fast", "training.optimizer.lr: .*got 'fast'"),
        ("training.optimizer.betas", [0, 0], "Unknown name 'betas'. Valid: kind, lr, momentum"),
        ("training.optimizer.kind", "adam", "cannot be changed while a run trains. These can"),
        ("training.batch_size", 3, "training.batch_size cannot be changed .*optimizer.lr"),
        ("model.layers", [], "model.layers cannot be changed"),
        ("data.noise", 0.1, "data.noise cannot be changed"),
        ("training.l1", -1, "training.l1: .*greater than or equal to 0, got -1"),
        ("weights.9.weight.0.0", 1, "names no weight. Parameters: 0.weight, 0.bias, 2.weight"),
        ("weights.0.weight.5.0", 1, "0.weight is 5×2, give one index for each dimension"),
        ("weights.0.weight.0", 1, "0.weight is 5×2"),
        ("weights.0.weight.-1.0", 1, "0.weight is 5×2"),
        ("weights.0.weight.0.0", "one", "a weight is a finite number, got 'one'"),
        ("weights.0.weight.0.0", float("nan"), "a weight is a finite number, got 'nan'"),
        ("weights.0.weight.0.0", 1e300, "a weight is a finite number"),
        ("weights.0.weight.0.0", 10**400, "a weight is a finite number"),
        ("weights.0.weight.0.0", True, "a weight is a finite number"),
        ("", 1, "cannot be changed"),
    ],
)
def test_a_change_that_is_refused_says_why_and_changes_nothing(path: str, value: object, said: str):
    given = experiment(optimizer=MOMENTUM)
    weights, events = run(given, splits(), Script({5: [(path, value)]}))
    (answer,) = applied(events)
    assert answer.error is not None
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(answer.error)
    assert same(weights, run(given, splits())[0])


def test_what_was_set_holds_in_the_next_session():
    given = experiment(optimizer=MOMENTUM, schedule={"kind": "cosine"})
    changes = [
        ("training.optimizer.lr", 0.02),
        ("training.l1", 0.01),
        ("weights.2.bias.0", 0.5),
    ]
    unbroken, _ = run(given, splits(), Script({5: changes}))
    first = fit(given, splits(), controls=Script({5: [*changes, "pause"]}), clock=FastClock())
    while not first.paused:
        next(first)
    resumed, _ = run(given, splits(), state=first.snapshot())
    assert same(resumed, unbroken)
    assert not same(resumed, run(given, splits())[0])


# figures of weights that were set by hand --------------------------------------------------------


def measured(weights: dict[str, torch.Tensor], part: Part) -> tuple[float, float]:
    """Mean loss and accuracy of the bench's network, by PyTorch alone."""
    hidden = torch.tanh(part.x @ weights["0.weight"].T + weights["0.bias"])
    logits = hidden @ weights["2.weight"].T + weights["2.bias"]
    loss = torch.nn.functional.cross_entropy(logits, part.y)
    return float(loss), float((logits.argmax(1) == part.y).float().mean())


def must_be_of(event: Event, weights: dict[str, torch.Tensor]) -> None:
    data = splits()
    assert isinstance(event, Evaluated)
    figures = (event.train_loss, event.train_accuracy, event.val_loss, event.val_accuracy)
    expected = (*measured(weights, data.train), *measured(weights, data.val))
    assert figures == pytest.approx(expected, rel=1e-5)


def test_a_weight_set_while_the_run_waits_brings_the_figures_of_that_network() -> None:
    script = Script({5: ["pause"]}, [("weights.2.weight.0.1", 9.0)])
    weights, events = run(experiment(), splits(), script)
    assert weights["2.weight"][0, 1] == 9.0
    assert [type(event).__name__ for event in events[-3:]] == [
        "ControlApplied",
        "Evaluated",
        "FitEnded",
    ]
    must_be_of(events[-2], weights)
    before = run(experiment(epochs=None, steps=5), splits())[0]
    assert measured(before, splits().train) != measured(weights, splits().train)


def test_changes_before_the_first_step_bring_figures_when_the_run_pauses_there() -> None:
    script = Script({0: [("weights.2.weight.0.1", 9.0), ("weights.2.bias.0", -4.0), "pause"]})
    weights, events = run(experiment(), splits(), script)
    (event,) = [event for event in events if isinstance(event, Evaluated)]
    assert (event.step, weights["2.bias"][0]) == (0, -4.0)
    must_be_of(event, weights)


def test_a_run_that_goes_on_from_a_network_that_was_edited_says_its_figures_when_it_pauses() -> (
    None
):
    first = fit(
        experiment(),
        splits(),
        controls=Script({5: ["pause"]}, [("weights.2.weight.0.1", 9.0)]),
        clock=StandingClock(),
    )
    while not isinstance(next(first), Evaluated):
        pass
    weights, events = run(experiment(), splits(), Script({5: ["pause"]}), state=first.snapshot())
    (event,) = [event for event in events if isinstance(event, Evaluated)]
    must_be_of(event, weights)


@pytest.mark.parametrize(
    "asked",
    [
        [("training.l1", 0.1)],  # no weight
        [("weights.9.weight.0.0", 1)],  # refused
        ["checkpoint"],
    ],
)
def test_nothing_is_measured_where_no_weight_was_set(asked: list) -> None:
    _, events = run(experiment(), splits(), Script({5: ["pause"]}, asked))
    assert len(applied(events)) == 2
    assert not [event for event in events if isinstance(event, Evaluated)]


def test_measuring_changes_no_number_of_what_follows() -> None:
    """With dropout, whose random numbers are the run's own."""
    layers = [
        Linear(out_features=5),
        Activation(kind="tanh"),
        Dropout(p=0.5),
        Linear(out_features=3),
    ]
    edit = ("weights.0.weight.3.1", 7)
    waits = Script({5: ["pause"]}, [edit, "resume"])
    weights, events = run(experiment(layers), splits(), waits)
    assert [event for event in events if isinstance(event, Evaluated)]
    assert same(weights, run(experiment(layers), splits(), Script({5: [edit]}))[0])
