"""A challenge: what it may be, how looks are counted, and who learns a figure when."""

import json
import stat
import threading
import time
from pathlib import Path

import pytest

from nnlab.classroom.challenge import challenges as module
from nnlab.classroom.challenge.challenge import MAX_LOOKS, make_challenge
from nnlab.classroom.challenge.challenges import (
    CHALLENGE,
    LOOKS,
    Challenges,
    Measured,
    challenge_line,
    challenges_of,
    must_stay_sealed,
)
from nnlab.classroom.challenge.leaderboard import leaderboard, leaderboard_csv
from nnlab.classroom.classroom import CLASS_FILE, Classroom
from nnlab.classroom.rights import NotAllowedError
from nnlab.config import Images, PlaneClasses
from nnlab.errors import NnlabError
from nnlab.visitor import Visitor
from tests.classroom.contest import ADA, BOB, LECTURER, a_challenge, a_class, open_one, take


@pytest.fixture
def room(runs_dir: Path) -> Classroom:
    return a_class(runs_dir)


@pytest.fixture
def kept(room: Classroom) -> Challenges:
    return open_one(room)


# What it may be -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"data": {"kind": "points", "rows": []}}, "'points' there is nothing beyond"),
        ({"data": {"kind": "handwriting", "drawings": f"5-{'a' * 16}"}}, "nothing could be sealed"),
        ({"data": {"kind": "digits", "test": "validates"}}, "test='validates'"),
        ({"goal": 1.2}, "at most 1 (100 %), got 1.2"),
        ({"goal": 0}, "goal"),
        ({"looks": MAX_LOOKS + 1}, "looks"),
        ({"looks": 0}, "looks"),
        ({"limits": {"parameters": 0}}, "limits.parameters"),
        ({"limits": {"parameters": 5, "epochs": 0}}, "limits.epochs"),
        ({"limits": {}}, "limits.parameters"),
        ({"title": " \n "}, "title of 1 to 80"),
        ({"data": {"kind": "spirale"}}, "spiral"),
    ],
)
def test_a_challenge_that_cannot_be_is_refused_and_named(fields: dict, said: str) -> None:
    with pytest.raises(NnlabError) as refused:
        a_challenge(**fields)
    assert said in str(refused.value)


def test_a_loss_may_be_a_goal_above_one() -> None:
    challenge = a_challenge(data={"kind": "bumps"}, goal=3.0)
    assert challenge.is_reached(2.9)
    assert not challenge.is_reached(3.1)
    assert a_challenge(goal=0.9).is_reached(0.9)


def test_a_title_is_one_visible_line_and_cut() -> None:
    title = a_challenge(title="a\n b\u202e" + "c" * 30_000).title
    assert title.startswith("a b\N{REPLACEMENT CHARACTER}c")
    assert len(title) == 80


# Looks --------------------------------------------------------------------------------------------


def test_each_student_has_their_own_looks_and_no_more(kept: Challenges) -> None:
    assert [take(kept, ADA, 0.5).number for _look in range(3)] == [1, 2, 3]
    with pytest.raises(NnlabError, match="No look is left"):
        take(kept, ADA, 0.9)
    assert take(kept, BOB, 0.6).number == 1


def test_of_two_clicks_at_once_one_takes_a_look(kept: Challenges) -> None:
    """Both were shown `look 1`; so were twenty more."""
    at_once, told, refused = threading.Barrier(20), [], []

    def measured() -> Measured:
        time.sleep(0.01)
        return Measured("a-run", 7, 6, 0.5, 0.5)

    def click() -> None:
        at_once.wait()
        try:
            told.append(kept.take(ADA, 1, measured))
        except NnlabError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=click) for _click in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(told), len(refused)) == (1, 19)
    assert all("taken already" in error for error in refused)
    assert len(kept.looks_of(ADA.person)) == 1


def test_what_is_refused_while_it_is_measured_costs_no_look(kept: Challenges) -> None:
    def refuse() -> Measured:
        raise NnlabError("too large")

    with pytest.raises(NnlabError, match="too large"):
        kept.take(ADA, 1, refuse)
    assert kept.looks_of(ADA.person) == []
    assert take(kept, ADA, 0.5).number == 1


def test_a_look_that_cannot_be_written_is_told_to_nobody(
    kept: Challenges, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "append_line", full)
    with pytest.raises(NnlabError, match="cannot be written"):
        take(kept, ADA, 0.5)
    assert kept.looks_of(ADA.person) == []


@pytest.mark.parametrize(
    "who",
    [
        LECTURER,
        Visitor("stranger", "", "stranger"),
        Visitor("somebody", "", "guest"),
        Visitor("gone", "", "student"),
    ],
)
def test_only_students_of_the_class_hand_in(kept: Challenges, who: Visitor) -> None:
    with pytest.raises(NotAllowedError):
        take(kept, who, 0.5)


@pytest.mark.parametrize("who", [ADA, Visitor("x", "", "stranger"), Visitor("x", "", "guest")])
def test_nobody_but_the_lecturer_leads(kept: Challenges, who: Visitor) -> None:
    for act in (kept.close, kept.reopen, kept.reveal, kept.withdraw):
        with pytest.raises(NotAllowedError):
            act(who)
    kept.withdraw(LECTURER)
    with pytest.raises(NotAllowedError):
        kept.begin(a_challenge(), who)


def test_a_closed_one_takes_no_look_until_it_is_open_again(kept: Challenges) -> None:
    kept.close(LECTURER)
    with pytest.raises(NnlabError, match="closed"):
        take(kept, ADA, 0.5)
    kept.reopen(LECTURER)
    assert take(kept, ADA, 0.5)


def test_a_reveal_ends_the_challenge(kept: Challenges) -> None:
    kept.reveal(LECTURER)
    with pytest.raises(NnlabError, match="closed"):
        take(kept, ADA, 0.5)
    with pytest.raises(NnlabError, match="revealed"):
        kept.reopen(LECTURER)


def test_there_is_one_at_a_time_and_the_next_begins_without_looks(kept: Challenges) -> None:
    take(kept, ADA, 0.5)
    with pytest.raises(NnlabError, match="already"):
        kept.begin(a_challenge(), LECTURER)
    kept.reveal(LECTURER)
    kept.begin(a_challenge(title="Second"), LECTURER)
    assert kept.looks_of(ADA.person) == []
    assert kept.told is not None
    assert (kept.told.title, kept.told.open, kept.told.revealed) == ("Second", True, False)


# Who learns what ----------------------------------------------------------------------------------


def test_no_figure_is_given_before_the_reveal_and_all_are_after(kept: Challenges) -> None:
    take(kept, ADA, 0.8125)
    for closed in (False, True):
        if closed:
            kept.close(LECTURER)
        with pytest.raises(NotAllowedError):
            leaderboard(kept)
        with pytest.raises(NotAllowedError):
            leaderboard_csv(kept)
    kept.reveal(LECTURER)
    assert [row.best.accuracy for row in leaderboard(kept)] == [0.8125]


def test_what_every_page_knows_holds_neither_secret_nor_figure(
    room: Classroom, kept: Challenges
) -> None:
    take(kept, ADA, 0.8125)
    challenge = kept.challenge
    assert challenge is not None
    public = json.dumps(room.state.model_dump()) + repr(challenge) + str(kept.handed_in())
    public += str(challenge_line(room, BOB)) + str(challenge_line(room, LECTURER))
    public += (room.folder / CLASS_FILE).read_text()
    assert "Spiral" in public
    assert "8125" not in public
    assert [str(word) for word in challenge.secret if str(word) in public] == []
    assert stat.S_IMODE((room.folder / CHALLENGE).stat().st_mode) == 0o600


def test_who_has_handed_in_stands_by_name_whatever_they_reached(
    room: Classroom, kept: Challenges
) -> None:
    take(kept, BOB, 0.99)
    take(kept, ADA, 0.1)
    assert [(one.name, one.looks) for one in kept.handed_in()] == [("Ada", 1), ("Bob", 1)]
    room.join(BOB.person, "Aaron", room.code)
    assert [one.name for one in kept.handed_in()] == ["Aaron", "Ada"]


def test_the_line_says_where_it_stands(room: Classroom) -> None:
    assert challenge_line(room, ADA) is None
    kept = open_one(room)
    assert challenge_line(room, ADA) == "Spiral · 3 looks left"
    take(kept, ADA, 0.5)
    assert challenge_line(room, ADA) == "Spiral · 2 looks left"
    assert challenge_line(room, LECTURER) == "Spiral · 1 has handed in"
    kept.close(LECTURER)
    assert challenge_line(room, ADA) == "Spiral · closed"
    kept.reveal(LECTURER)
    assert challenge_line(room, ADA) == "Spiral · revealed"
    kept.withdraw(LECTURER)
    assert challenge_line(room, ADA) is None


# The leaderboard ----------------------------------------------------------------------------------


def test_the_best_look_counts_and_ties_go_to_fewer_parameters_then_to_the_earlier(
    room: Classroom,
) -> None:
    kept = open_one(room)
    names = ("eve", "dan", "cleo")
    for name in names:
        room.join(name, name.title(), room.code)
    eve, dan, cleo = (Visitor(name, "", "student") for name in names)
    take(kept, dan, 0.9, parameters=50)
    take(kept, ADA, 0.7, parameters=6)
    take(kept, cleo, 0.9, parameters=40)
    take(kept, eve, 0.9, parameters=50)
    take(kept, ADA, 0.95, parameters=190)
    take(kept, ADA, 0.2, parameters=6)
    take(kept, BOB, 0.1, parameters=6)
    kept.reveal(LECTURER)
    board = leaderboard(kept)
    assert [row.best.name for row in board] == ["Ada", "Cleo", "Dan", "Eve", "Bob"]
    assert [row.rank for row in board] == [1, 2, 3, 4, 5]
    assert (board[0].looks, board[0].best.number) == (3, 2)


def test_where_a_number_is_predicted_the_lower_loss_is_better(room: Classroom) -> None:
    kept = open_one(room, data={"kind": "bumps"})
    for who, loss in ((ADA, 0.2), (BOB, 0.1)):
        kept.take(who, 1, lambda loss=loss: Measured("a-run", 1, 9, loss, None))
    kept.reveal(LECTURER)
    assert [row.best.name for row in leaderboard(kept)] == ["Bob", "Ada"]


def test_the_table_for_a_spreadsheet_has_all_digits_and_starts_no_formula(
    room: Classroom, kept: Challenges
) -> None:
    room.join(ADA.person, "=1+1", room.code)
    take(kept, ADA, 0.1 + 0.2, parameters=42)
    kept.reveal(LECTURER)
    head, line, *rest = leaderboard_csv(kept).splitlines()
    assert head.split(",")[:6] == [
        *("rank", "name", "test_accuracy", "test_loss", "parameters", "looks"),
    ]
    assert line.split(",")[:6] == ["1", "'=1+1", "0.30000000000000004", "0.5", "42", "1"]
    assert rest == []


# It survives --------------------------------------------------------------------------------------


def test_a_restarted_server_knows_the_challenge_and_every_look(
    runs_dir: Path, kept: Challenges
) -> None:
    take(kept, ADA, 0.5)
    again = challenges_of(Classroom(runs_dir))
    assert again.challenge == kept.challenge
    assert again.challenge is not None
    assert kept.challenge is not None
    assert again.challenge.secret == kept.challenge.secret
    assert again.looks_of(ADA.person) == kept.looks_of(ADA.person)
    assert take(again, ADA, 0.6).number == 2


def test_a_line_that_a_crash_cut_short_is_no_look(runs_dir: Path, kept: Challenges) -> None:
    take(kept, ADA, 0.5)
    path = kept._folder / LOOKS
    path.write_bytes(path.read_bytes() + b'{"challenge": "ab')
    again = challenges_of(Classroom(runs_dir))
    assert take(again, ADA, 0.6).number == 2
    assert len(challenges_of(Classroom(runs_dir)).looks_of(ADA.person)) == 2


def test_a_challenge_that_cannot_be_read_says_which_file(runs_dir: Path, kept: Challenges) -> None:
    (kept._folder / CHALLENGE).write_text("{")
    with pytest.raises(NnlabError, match=CHALLENGE):
        challenges_of(Classroom(runs_dir))


def test_a_new_class_has_none(room: Classroom, kept: Challenges) -> None:
    room.begin_anew()
    assert kept.challenge is None
    assert challenge_line(room, LECTURER) is None


# The test pictures --------------------------------------------------------------------------------


def test_the_test_pictures_of_a_challenge_stay_sealed_until_the_reveal(room: Classroom) -> None:
    kept = open_one(room, data={"kind": "digits"}, limits={"parameters": 20_000})
    digits = Images(kind="digits", seed=5)
    for data in (digits, Images(kind="digits-strokes")):
        with pytest.raises(NnlabError, match="sealed until the lecturer reveals"):
            must_stay_sealed(room, ADA, data, asked=True)
        must_stay_sealed(room, ADA, data, asked=False)
    peeking = Images(kind="digits", test="validates")
    with pytest.raises(NnlabError, match="sealed"):
        must_stay_sealed(room, ADA, peeking, asked=False)
    must_stay_sealed(room, LECTURER, digits, asked=True)
    must_stay_sealed(room, ADA, Images(kind="mnist"), asked=True)
    must_stay_sealed(room, ADA, PlaneClasses(kind="spiral"), asked=True)
    must_stay_sealed(None, ADA, digits, asked=True)
    kept.close(LECTURER)
    with pytest.raises(NnlabError, match="sealed"):
        must_stay_sealed(room, ADA, digits, asked=True)
    kept.reveal(LECTURER)
    must_stay_sealed(room, ADA, digits, asked=True)


def test_two_challenges_draw_by_two_secrets() -> None:
    fields = {"title": "a", "data": {"kind": "xor"}, "limits": {"parameters": 9}, "goal": 0.9}
    one, other = (make_challenge(**fields, opened=1.0) for _one in range(2))
    assert one.secret != other.secret
    assert max(one.secret) > 0
