"""`python -m nnlab download`."""

import sys

from tqdm import tqdm

from nnlab.data.download import download as fetch
from nnlab.settings import read_settings
from nnlab.texts import _


def download(kind: str) -> int:
    """Fetch a data set into the data directory, with a progress bar on stderr.

    Raises:
        DataUnavailableError: an unknown kind, no mirror answers, or the disk does not take it.
    """
    data_dir = read_settings().data_dir
    form = "{percentage:3.0f}%|{bar}| {desc} [{elapsed}<{remaining}]"
    with tqdm(total=1.0, bar_format=form, file=sys.stderr, dynamic_ncols=True) as bar:

        def show(share: float, sentence: str) -> None:
            bar.set_description_str(sentence, refresh=False)
            bar.update(share - bar.n)

        fetch(kind, data_dir, show)
    print(_("{name} is in {path}", name=kind, path=data_dir.resolve()))
    return 0
