"""`python -m tests.browser.server_as NAME run app.py …`: the app over a server as it may stand.

`NAME` is one of `tests.ui.server.overviews`; it stands for what the launcher says.
"""

import sys

from streamlit.web.cli import main

from nnlab.runs.workers.launcher import LocalLauncher
from tests.ui.server.overviews import OVERVIEWS

if __name__ == "__main__":
    seen = OVERVIEWS[sys.argv.pop(1)]
    setattr(LocalLauncher, "overview", lambda _self: seen)  # noqa: B010  (of the class)
    main(prog_name="streamlit")
