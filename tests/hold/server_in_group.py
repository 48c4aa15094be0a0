"""`python -m tests.hold.server_in_group GROUP ORDERS run app.py …`: the app within a control group.

It starts each run whose id names a file of the folder `ORDERS`, as a page does.
"""

import logging
import os
import sys
import threading
import time
from pathlib import Path

from streamlit.web import cli

from nnlab.errors import NnlabError


def main(group: str, orders: str) -> None:
    """Join the group, then be Streamlit's command."""
    (Path(group) / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
    threading.Thread(target=_start_runs, args=(Path(orders),), daemon=True).start()
    cli.main(prog_name="streamlit")


def _start_runs(orders: Path) -> None:
    from nnlab.ui.services import launcher, store

    while True:
        for order in sorted(orders.glob("[!.]*")):
            order.unlink()
            try:
                launcher().start(store().get(order.name))
            except NnlabError:
                logging.exception("run %s was not started", order.name)
        time.sleep(0.05)


if __name__ == "__main__":
    _, given_group, given_orders, *rest = sys.argv
    sys.argv = ["streamlit", *rest]
    main(given_group, given_orders)
