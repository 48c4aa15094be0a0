"""What a notebook's page has heard of a run: everything once, and all of it for who comes later."""

import base64
import json
import struct
from typing import Any

from tests.web.modules import Modules

TAKE = """async (messages) => {
  const { Seen } = await import("/web/notebook/seen.js");
  const seen = new Seen(), told = [];
  seen.listeners.add(({ events, moments }) => {
    told.push({ events: events.length, moments: moments.length });
  });
  const heard = messages.map(({ head, buffers }) => seen.take(head, buffers.map((text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const odd = new Uint8Array(bytes.length + 3);
    odd.set(bytes, 3); // within the sender's message it may lie anywhere
    return new DataView(odd.buffer, 3);
  })));
  const { events, moments, status } = seen.all;
  const numbers = moments.map(({ step, values }) => [step, [...new Float32Array(values)]]);
  return { heard, told, events, status, moments: numbers };
}"""


def message(
    first: int, last: int, *, events: list[Any] | None = None, step: int | None = None
) -> dict[str, Any]:
    head: dict[str, Any] = {"from": first, "next": last, "status": "running", "has": []}
    buffers = []
    if events is not None:
        head["has"].append("events")
        buffers.append(base64.b64encode(json.dumps(events).encode()).decode())
    if step is not None:
        head["has"].append("weights")
        head["step"] = step
        buffers.append(base64.b64encode(struct.pack("<2f", step, -step)).decode())
    return {"head": head, "buffers": buffers}


def test_who_comes_later_is_told_all_of_it(page: Modules) -> None:
    found = page.evaluate(
        TAKE,
        [
            message(0, 10, events=[{"a": 1}], step=5),
            message(10, 10, step=7),
            message(10, 20, events=[{"a": 2}, {"a": 3}]),
        ],
    )
    assert found["heard"] == [True, True, True]
    assert found["events"] == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert found["moments"] == [[5, [5, -5]], [7, [7, -7]]]
    assert found["told"] == [
        {"events": 1, "moments": 1},
        {"events": 0, "moments": 1},
        {"events": 2, "moments": 0},
    ]


def test_after_a_gap_weights_are_drawn_and_events_wait_until_they_are_told_from_the_beginning(
    page: Modules,
) -> None:
    found = page.evaluate(
        TAKE,
        [
            message(30, 40, events=[{"a": 4}], step=9),
            message(0, 50, events=[{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}, {"a": 5}]),
            message(50, 60, events=[{"a": 6}]),
            message(0, 60, events=[{"a": number} for number in range(1, 7)]),
        ],
    )
    assert found["heard"] == [False, True, True, True]
    assert [event["a"] for event in found["events"]] == [1, 2, 3, 4, 5, 6]
    assert [told["events"] for told in found["told"]] == [0, 5, 1, 0]
    assert found["moments"] == [[9, [9, -9]]]


def test_a_file_that_began_anew_takes_the_place_of_what_was_heard(page: Modules) -> None:
    found = page.evaluate(
        TAKE,
        [
            message(0, 50, events=[{"a": 1}, {"a": 2}], step=9),
            message(0, 20, events=[{"b": 1}]),
        ],
    )
    assert found["events"] == [{"b": 1}]
    assert found["moments"] == []


def test_a_run_that_goes_on_from_an_earlier_step_makes_its_moments_anew(page: Modules) -> None:
    steps = [message(0, 0, step=step) for step in (10, 20, 30, 20)]
    assert [step for step, _ in page.evaluate(TAKE, steps)["moments"]] == [10, 20]
