"""The form says what the person chose, and nothing else."""

import re

from playwright.sync_api import Route

from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab

WIDGETS = re.compile(r"/static/js/\w*(Selectbox|Slider)\w*\..*\.js")
"""Streamlit fetches the code of such a widget when the first one is to be drawn."""


def test_pressing_train_before_the_form_is_drawn_loses_no_value_of_it(lab: Lab) -> None:
    before = lab.app.runs()
    held: list[Route] = []
    lab.page.route(WIDGETS, lambda route: held.append(route))
    lab.open(address(spiral()))
    run = lab.train()
    assert held, "no widget was kept back"
    for route in held:
        route.continue_()
    lab.wait_for("the form", lambda: lab.at("lr").get_by_role("slider").count() == 1)
    step = lab.status().step
    lab.wait_step(step + 500)
    lab.click("pause")
    lab.wait_status("paused")
    lab.must_stand_still()
    assert lab.app.runs() - before == {run}
    assert Run(run).experiment == spiral()
    asked = [event for event in EventReader(run).read_new() if event.type == "control_applied"]
    assert [control.do for control in asked] == ["pause"], "only what the person asked for"
