"""Game: draw what is asked for, or draw a digit that the network takes for another."""

import random
from collections.abc import Callable
from typing import Literal

import streamlit as st

from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import with_article
from nnlab.ui.session.draw_state import Game, draw_state
from nnlab.ui.session.widgets import draw as widgets

ROUNDS = 10
SURE = 0.5
"""Of a fooled answer: the network has to believe it."""
PAIRS = ((3, 8), (1, 7), (4, 9), (5, 6), (7, 2), (0, 6), (8, 3), (9, 4), (2, 7), (6, 0))
"""What is drawn, and what it is to be taken for: pairs that are near each other."""
MODES: dict[str, str] = {"ask": "Draw what I ask", "fool": "Fool it"}


def new_game(mode: Literal["ask", "fool"], dice: random.Random) -> Game:
    """Ten rounds; every digit (or every pair) once, in a random order."""
    return Game(mode, dice.sample(range(10), ROUNDS))


def score(probability: float) -> int:
    """How sure the network was of the right digit, in points of a hundred."""
    return round(100 * probability)


def show_game(frame: DrawFrame) -> None:
    """The panel."""
    reader = frame.reader
    if reader is None or frame.moment is None:
        st.caption("The network plays too: train one, or choose one above.")
        return
    if not reader.reads_digits:
        st.caption("This model knows no digits: choose one that does.")
        return
    with st.container(key="game"):
        game = _game()
        if game.over:
            _show_result(game)
        elif game.mode == "ask":
            _show_asked(game, frame)
        else:
            _show_fooled(game, frame)


def _game() -> Game:
    mode = st.segmented_control(
        "Game",
        list(MODES),
        format_func=MODES.__getitem__,
        default="ask",
        required=True,
        key=widgets.key("game_mode"),
        label_visibility="collapsed",
    )
    chosen: Literal["ask", "fool"] = "fool" if mode == "fool" else "ask"
    state = draw_state()
    if state.game is None or state.game.mode != chosen:
        state.game = new_game(chosen, random.Random())
    return state.game


def _show_asked(game: Game, frame: DrawFrame) -> None:
    _head(game, f"Draw {with_article(str(game.now))}", "")
    answer = frame.answer
    points = 0 if answer is None else score(float(answer.probabilities[game.now]))
    _buttons(
        game,
        f"Done: {points} points" if answer is not None else "Done",
        enabled=answer is not None,
        points=lambda: points,
    )
    st.caption(
        "As many points as the network is sure, in percent, that it is what was asked for. Improve"
        " the drawing for as long as you like."
    )


def _show_fooled(game: Game, frame: DrawFrame) -> None:
    drawn, taken = PAIRS[game.now]
    _head(
        game,
        f"Draw {with_article(str(drawn))} that it reads as {with_article(str(taken))}",
        "A person has to see what it is; the network must not.",
    )
    answer = frame.answer
    share = 0.0 if answer is None else float(answer.probabilities[taken])
    is_fooled = answer is not None and answer.order[0] == taken and share >= SURE
    if answer is not None:
        said = "Fooled" if is_fooled else "Not yet"
        st.markdown(f"{said}: it is **{share:.0%}** sure of {with_article(str(taken))}.")
    _buttons(
        game,
        f"I drew {with_article(str(drawn))}: {score(share)} points",
        enabled=is_fooled,
        points=lambda: score(share),
    )
    st.caption("Add a hook, leave a gap, lean it over. Why and What if show where it looks.")


def _head(game: Game, asks: str, more: str) -> None:
    done = len(game.points)
    st.markdown(f"#### {asks}")
    streak = f" · {game.streak} in a row" if game.streak > 1 else ""
    st.caption(f"Round {done + 1} of {ROUNDS} · {sum(game.points)} points{streak}. {more}")


def _buttons(game: Game, label: str, *, enabled: bool, points: Callable[[], int]) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            label,
            key=widgets.key("game_done"),
            type="primary",
            disabled=not enabled,
            on_click=lambda: _next(game, points()),
        )
        st.button("Skip", key=widgets.key("game_skip"), on_click=lambda: _next(game, 0))


def _next(game: Game, points: int) -> None:
    game.points.append(points)
    draw_state().sheet.clear()


def _show_result(game: Game) -> None:
    total = sum(game.points)
    best = max(game.points)
    st.markdown(f"#### {total} of {100 * ROUNDS} points")
    rows = []
    for asked, points in zip(game.asked, game.points, strict=True):
        name = str(asked) if game.mode == "ask" else "{} as {}".format(*PAIRS[asked])
        rows.append(f"{name}: **{points}**" if points == best else f"{name}: {points}")
    st.markdown(" · ".join(rows))
    weak = [i for i, points in zip(game.asked, game.points, strict=True) if points < 50]
    if game.mode == "ask" and weak:
        digits = ", ".join(map(str, sorted(weak)))
        st.caption(f"It was unsure of your {digits}: keep some under Teach, and fine-tune it.")
    st.button(
        "Play again",
        key=widgets.key("game_again"),
        type="primary",
        on_click=_again,
        args=(game.mode,),
    )


def _again(mode: Literal["ask", "fool"]) -> None:
    state = draw_state()
    state.game = new_game(mode, random.Random())
    state.sheet.clear()
