"""Game: draw what is asked for, or draw a digit that the network takes for another."""

import random
from collections.abc import Callable
from typing import Literal

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import with_article
from nnlab.ui.session.draw_state import Game, draw_state
from nnlab.ui.session.widgets import draw as widgets

ROUNDS = 10
SURE = 0.5
"""Least probability of a fooled answer."""
PAIRS = ((3, 8), (1, 7), (4, 9), (5, 6), (7, 2), (0, 6), (8, 3), (9, 4), (2, 7), (6, 0))
"""Pairs of a digit to draw and the similar digit that the network is to take it for."""
MODES: dict[str, str] = {"ask": N_("Draw what I ask"), "fool": N_("Fool it")}


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
        st.caption(_("The network plays too: train one, or choose one above."))
        return
    if not reader.reads_digits:
        st.caption(_("This model knows no digits: choose one that does."))
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
        _("Game"),
        list(MODES),
        format_func=lambda mode: _(MODES[mode]),
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
    _head(game, _("Draw {digit}", digit=with_article(str(game.now))), "")
    answer = frame.answer
    points = 0 if answer is None else score(float(answer.probabilities[game.now]))
    _buttons(
        game,
        _("Done: {points} points", points=points) if answer is not None else _("Done"),
        enabled=answer is not None,
        points=lambda: points,
    )
    st.caption(
        _(
            "As many points as the network is sure, in percent, that it is what was asked for."
            " Improve the drawing for as long as you like."
        )
    )


def _show_fooled(game: Game, frame: DrawFrame) -> None:
    drawn, taken = PAIRS[game.now]
    _head(
        game,
        _(
            "Draw {drawn} that it reads as {taken}",
            drawn=with_article(str(drawn)),
            taken=with_article(str(taken)),
        ),
        _("A person has to see what it is; the network must not."),
    )
    answer = frame.answer
    share = 0.0 if answer is None else float(answer.probabilities[taken])
    is_fooled = answer is not None and answer.order[0] == taken and share >= SURE
    if answer is not None:
        said = N_("Not yet: it is **{share:.0%}** sure of {taken}.")
        if is_fooled:
            said = N_("Fooled: it is **{share:.0%}** sure of {taken}.")
        st.markdown(_(said, share=share, taken=with_article(str(taken))))
    _buttons(
        game,
        _(
            "I drew {drawn}: {points} points",
            drawn=with_article(str(drawn)),
            points=score(share),
        ),
        enabled=is_fooled,
        points=lambda: score(share),
    )
    st.caption(_("Add a hook, leave a gap, lean it over. Why and What if show where it looks."))


def _head(game: Game, asks: str, more: str) -> None:
    done = len(game.points)
    st.markdown(f"#### {asks}")
    said = N_("Round {round} of {rounds} · {points} points.")
    if game.streak > 1:
        said = N_("Round {round} of {rounds} · {points} points · {streak} in a row.")
    said = _(said, round=done + 1, rounds=ROUNDS, points=sum(game.points), streak=game.streak)
    st.caption(f"{said} {more}")


def _buttons(game: Game, label: str, *, enabled: bool, points: Callable[[], int]) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            label,
            key=widgets.key("game_done"),
            type="primary",
            disabled=not enabled,
            on_click=lambda: _next(game, points()),
        )
        st.button(_("Skip"), key=widgets.key("game_skip"), on_click=lambda: _next(game, 0))


def _next(game: Game, points: int) -> None:
    game.points.append(points)
    draw_state().sheet.clear()


def _show_result(game: Game) -> None:
    total = sum(game.points)
    best = max(game.points)
    st.markdown(_("#### {total} of {rounds} points", total=total, rounds=100 * ROUNDS))
    rows = []
    for asked, points in zip(game.asked, game.points, strict=True):
        name = str(asked)
        if game.mode == "fool":
            drawn, taken = PAIRS[asked]
            name = _("{drawn} as {taken}", drawn=drawn, taken=taken)
        rows.append(f"{name}: **{points}**" if points == best else f"{name}: {points}")
    st.markdown(" · ".join(rows))
    weak = [i for i, points in zip(game.asked, game.points, strict=True) if points < 50]
    if game.mode == "ask" and weak:
        digits = ", ".join(map(str, sorted(weak)))
        st.caption(
            _(
                "It was unsure of your {digits}: keep some under Teach, and fine-tune it.",
                digits=digits,
            )
        )
    st.button(
        _("Play again"),
        key=widgets.key("game_again"),
        type="primary",
        on_click=_again,
        args=(game.mode,),
    )


def _again(mode: Literal["ask", "fool"]) -> None:
    state = draw_state()
    state.game = new_game(mode, random.Random())
    state.sheet.clear()
