"""Journeys through the Playground: back and forth, on from a run, two tabs, the keyboard alone."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from nnlab.config import Experiment, from_link
from nnlab.recipes import get
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from tests.browser.conftest import Open
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.server import App

POINTS = """() => [...document.querySelectorAll('.st-key-boundary_chart .scatterlayer .point')]
    .map(point => point.getAttribute('transform')).join()"""


def experiment(lab: Lab) -> Experiment:
    """What the address says; without a word of it, what a newcomer finds."""
    link = parse_qs(urlsplit(lab.page.url).query).get("x")
    return from_link(link[0]) if link else get("spiral").experiment


def ready(lab: Lab, path: str) -> Lab:
    """A page that is drawn and whose own modules are there, as after a second."""
    lab.open(path)
    lab.wait_for("the stage", lambda: lab.page.evaluate("Boolean(window.nnlab?.stage?.scene)"))
    return lab


def noise(lab: Lab) -> int:
    """What the form says, in per cent."""
    slider = lab.at("playground_noise").get_by_role("slider")
    return int((slider.get_attribute("aria-valuetext") or "-1").partition(" ")[0])


def raise_noise(lab: Lab) -> None:
    """By a key on its slider, and the address has followed."""
    before, shown = experiment(lab), noise(lab)
    lab.at("playground_noise").get_by_role("slider").press("ArrowRight")
    lab.wait_equal("the noise", lambda: noise(lab), shown + 5)
    lab.wait_for("the address", lambda: experiment(lab) != before)


def drawn(lab: Lab) -> str:
    """Where the points stand."""
    return lab.page.evaluate(POINTS)


def run_in_view(lab: Lab) -> Any:
    return lab.page.evaluate("window.nnlab?.stage?.run ?? null")


# Back and forward --------------------------------------------------------------------------------


def test_back_undoes_two_changes_one_by_one_and_forward_makes_them_again(lab: Lab) -> None:
    ready(lab, "/playground")
    lab.wait_for("the points", lambda: drawn(lab))
    seen = [(noise(lab), experiment(lab), drawn(lab))]
    for _turn in range(2):
        raise_noise(lab)
        lab.wait_for("other points", lambda: drawn(lab) not in {picture for *_, picture in seen})
        seen.append((noise(lab), experiment(lab), drawn(lab)))
    lab.at("playground_noise").scroll_into_view_if_needed()
    for way, place in (("back", 1), ("back", 0), ("forward", 1), ("forward", 2)):
        lab.page.evaluate(f"history.{way}()")
        lab.wait_equal(
            f"{way} at {place}",
            lambda: (noise(lab), experiment(lab), drawn(lab)),
            seen[place],
            seconds=20,
        )


def test_back_over_a_change_finds_the_run_before_it_and_one_step_leaves_no_trace_of_train(
    lab: Lab,
) -> None:
    ready(lab, address(spiral()))
    entries = lab.page.evaluate("history.length")
    run = lab.train()
    lab.click("pause")
    lab.wait_status("paused")
    assert lab.page.evaluate("history.length") == entries, "Train undoes nothing that is visible"
    before = noise(lab)
    raise_noise(lab)
    lab.wait_status("ready")
    assert lab.page.evaluate("history.length") == entries + 1
    lab.page.go_back()
    lab.wait_equal("the run", lambda: run_in_view(lab), run.name)
    assert lab.wait_status("stopped", "paused").step > 0
    lab.wait_equal("the noise", lambda: noise(lab), before)
    assert experiment(lab) == spiral()


def test_back_over_a_rate_that_was_changed_live_tells_the_run(lab: Lab) -> None:
    ready(lab, address(spiral()))
    run = lab.train()
    slider = lab.at("lr").get_by_role("slider")
    slider.press("ArrowRight")
    lab.wait_for("the address", lambda: experiment(lab) != spiral())
    lab.wait_for("the run to hear", lambda: [*rates(run)] == [0.03])
    lab.page.go_back()
    lab.wait_for("the run to hear again", lambda: [*rates(run)] == [0.03, 0.01])
    lab.wait_equal("the form", lambda: slider.get_attribute("aria-valuetext"), "0.01")
    lab.page.go_forward()
    lab.wait_for("the run to hear once more", lambda: [*rates(run)] == [0.03, 0.01, 0.03])
    assert run_in_view(lab) == run.name
    assert lab.status().word == "running"


def rates(run: Any) -> list[object]:
    """The rates that a run was told, in order."""
    events = EventReader(run).read_new()
    return [e.set["value"] for e in events if e.type == "control_applied" and e.set is not None]


# A change that needs another run -----------------------------------------------------------------


def test_a_change_says_that_the_run_is_kept_and_goes_back_to_it(lab: Lab) -> None:
    ready(lab, address(spiral()))
    run = lab.train()
    before = noise(lab)
    raise_noise(lab)
    lab.wait_status("ready")
    name = Run(run).meta.name
    lab.wait_for("its name", lambda: name in lab.at("left_run").inner_text())
    assert lab.box("left_run")["height"] <= 44, "one line"
    lab.click("playground_left_run_back")
    lab.wait_status("stopped")
    lab.wait_equal("the noise", lambda: noise(lab), before)
    lab.wait_equal("the run", lambda: run_in_view(lab), run.name)
    assert lab.at("left_run").count() == 0
    assert experiment(lab) == spiral()


def test_a_change_compares_with_the_run_before_and_training_takes_the_word_away(lab: Lab) -> None:
    ready(lab, address(spiral()))
    lab.train()
    raise_noise(lab)
    lab.click("playground_left_run_compare")
    lab.wait_text("minus the previous run")
    lab.train()
    lab.wait_for("no word", lambda: lab.at("left_run").count() == 0)


def test_training_is_kept_up_after_a_change_where_somebody_asked_for_that(lab: Lab) -> None:
    ready(lab, address(spiral()))
    first = lab.train()
    raise_noise(lab)
    lab.at("playground_keep_training").get_by_text("Keep training").click()
    second = lab.train()
    raise_noise(lab)
    lab.wait_for("a third run", lambda: len({first, second} | {run_in_view(lab)}) == 3)
    lab.wait_for("that it is another", lambda: run_in_view(lab) not in (None, second.name))
    lab.wait_status("running")
    third = Run(first.parent / run_in_view(lab))
    assert third.experiment == experiment(lab)
    assert Run(second).meta.name in lab.at("left_run").inner_text()


# Two tabs ----------------------------------------------------------------------------------------


def test_a_rate_that_another_tab_changed_is_what_the_form_says_and_the_name_tells(
    app: App, lab: Lab, open_page: Open
) -> None:
    ready(lab, address(spiral()))
    run = lab.train()
    other = open_page(app).open(f"/playground?run={run.name}")
    other.wait_equal("the run", lambda: run_in_view(other), run.name)
    other.wait_step(0)
    lab.at("lr").get_by_role("slider").press("ArrowRight")
    theirs = other.at("lr").get_by_role("slider")
    other.wait_equal("the rate", lambda: theirs.get_attribute("aria-valuetext"), "0.03")
    other.wait_equal("the draft", lambda: experiment(other).training.optimizer.lr, 0.03)
    lab.click("stop")
    other.wait_status("stopped")
    assert rates(run) == [0.03], "it was sent once"
    assert "adam 0.01 → 0.03" in Run(run).meta.name
    other.open("/runs")
    other.wait_text("adam 0.01 → 0.03")


# The keyboard ------------------------------------------------------------------------------------


def test_the_keyboard_alone_trains_pauses_and_goes_on(lab: Lab) -> None:
    ready(lab, address(spiral()))
    lab.wait_for("the button", lambda: lab.at("train").locator("button:enabled").count())
    focused = "document.activeElement.closest('[class*=st-key-]')?.className ?? ''"
    for _tab in range(120):
        if "st-key-train" in lab.page.evaluate(focused):
            break
        lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Enter")
    lab.wait_step(400)
    lab.wait_for("Pause", lambda: "st-key-pause" in lab.page.evaluate(focused))
    lab.page.keyboard.press("Space")
    lab.wait_status("paused")
    lab.wait_for("Resume", lambda: "st-key-resume" in lab.page.evaluate(focused))
    step = lab.status().step
    lab.page.keyboard.press("Space")
    lab.wait_step(step)
    lab.wait_for("Pause", lambda: "st-key-pause" in lab.page.evaluate(focused))


# Away and back -----------------------------------------------------------------------------------


def test_a_run_is_there_again_after_a_reload_and_after_another_page(lab: Lab) -> None:
    ready(lab, address(spiral()))
    run = lab.train()
    lab.page.reload()
    lab.wait_equal("the run", lambda: run_in_view(lab), run.name)
    lab.wait_step(0)
    raised = spiral().with_set("training.optimizer.lr", 0.03)
    lab.at("lr").get_by_role("slider").press("ArrowRight")
    lab.wait_equal("the address", lambda: experiment(lab), raised)
    lab.page.get_by_role("link", name="Runs").first.click()
    lab.wait_text("adam 0.01 → 0.03")
    lab.page.go_back()
    lab.wait_equal("the run", lambda: run_in_view(lab), run.name)
    lab.wait_equal("the draft", lambda: experiment(lab), raised)
    lab.page.get_by_role("link", name="Runs").first.click()
    lab.wait_text("adam 0.01 → 0.03")
    lab.page.get_by_role("link", name="Playground").first.click()
    lab.wait_equal("the run", lambda: run_in_view(lab), run.name)
    lab.wait_equal("the draft", lambda: experiment(lab), raised)
    rate = lab.at("lr").get_by_role("slider")
    lab.wait_equal("the form", lambda: rate.get_attribute("aria-valuetext"), "0.03")
