"""Every chapter shows the newest run, also where it is one of sequences; or takes another one."""

import pytest

from nnlab.recipes import get
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.settings import read_settings
from nnlab.ui.learn.chapters import CHAPTERS
from tests.ui.learn.chapters import opened, text

pytestmark = pytest.mark.usefixtures("quiet_server", "replays_at_once")


@pytest.mark.parametrize("chapter", [chapter.id for chapter in CHAPTERS])
def test_a_chapter_opens_where_the_newest_run_is_of_sequences(chapter: str) -> None:
    settings = read_settings()
    experiment = get("attention-copy").experiment.with_set("training.epochs", 1)
    run = Store(settings.runs_dir).create(experiment, name="tokens")
    for _event in train(run, data_dir=settings.data_dir):
        pass
    test = opened(chapter=chapter)
    assert not test.error
    assert "From the tutorial" in text(test)
    source = [one for one in test.button_group if one.key == "learn_autograd_source"]
    for one in source:
        one.set_value("network")
        test.run()
        assert not test.exception
        assert not test.error
