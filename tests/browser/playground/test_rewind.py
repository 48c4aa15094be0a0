"""A spiral is rewound with the slider, comes back to now, and goes on with another rate."""

import re
from pathlib import Path

from playwright.sync_api import Locator

from nnlab.runs.store import Run
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab

STEPS = 2500


def slider(lab: Lab) -> Locator:
    return lab.page.locator(".st-key-past_slider input")


def looked_at(lab: Lab) -> int | None:
    """The step that is shown, once it is there."""
    text = lab.page.locator(".nnlab-past p").inner_text()
    match = re.search(r"Looking at step ([\d,]+) of", text)
    return int(match[1].replace(",", "")) if match else None


def test_a_run_is_rewound_and_branched_with_both_curves_in_view(lab: Lab) -> None:
    lab.open(address(spiral().with_set("training.steps", STEPS)))
    lab.wait_text("Once it trains, you can look back at any step.")
    assert slider(lab).is_disabled()
    parent = lab.train()
    lab.wait_status("finished")
    lab.wait_for("all steps", lambda: slider(lab).get_attribute("max") == str(STEPS))
    newest = lab.wait_for("a picture", lambda: lab.picture("boundary_chart"))

    slider(lab).focus()
    slider(lab).press("Home")
    lab.wait_for("the first step", lambda: looked_at(lab) == 0)
    lab.wait_for("its words", lambda: "looking at step 0 of 2,500" in lab.status().text)
    first = lab.wait_for(
        "the first picture", lambda: (p := lab.picture("boundary_chart")) != newest and p
    )
    slider(lab).press("PageUp")
    slider(lab).press("PageUp")
    step = lab.wait_for("a later step", lambda: looked_at(lab))
    step = lab.wait_for("two pages on", lambda: (s := looked_at(lab)) and s >= 400 and s)
    slider(lab).press("ArrowLeft")
    lab.wait_for("one step back", lambda: looked_at(lab) == step - 1)
    lab.page.get_by_role("button", name="One step on").click()
    lab.wait_for("one step on", lambda: looked_at(lab) == step)
    later = lab.wait_for("its picture", lambda: (p := lab.picture("boundary_chart")) != first and p)
    lab.page.get_by_role("button", name="Now", exact=True).click()
    lab.wait_for("the newest step", lambda: lab.status().step == STEPS)
    lab.wait_for(
        "the newest picture", lambda: lab.picture("boundary_chart") not in (first, later, None)
    )

    slider(lab).press("Home")
    lab.wait_for("the first step", lambda: looked_at(lab) == 0)
    before = lab.app.runs()
    lab.click("playground_branch_here")
    rate = lab.page.locator("[class*='st-key-playground_branch_value_lr'] input")
    rate.fill("0.001")
    rate.press("Enter")
    lab.wait_for(
        "the button", lambda: lab.page.locator(".st-key-playground_branch_go button").is_enabled()
    )
    lab.click("playground_branch_go")
    (child,) = lab.wait_for("the branch", lambda: lab.app.runs() - before)
    lab.wait_for("its files", (child / "meta.json").exists)
    assert (Run(child).meta.parent, Run(child).meta.parent_step) == (Path(parent).name, 0)
    lab.wait_status("finished")
    lab.wait_for(
        "both runs' curves",
        lambda: lab.page.locator(".st-key-loss_chart .scatterlayer path.js-line").count() == 4,
    )
    lab.wait_text("They predict different classes on")
    lab.wait_for("their difference", lambda: lab.picture("playground_compare_parent_chart"))
