"""What a person writes into a cell: a run that is shown and then trained for some seconds."""

TRAINS = """
import time
from nnlab import recipes
from nnlab.notebook import show
from nnlab.runs.record.control import FileControls, ask
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.settings import read_settings

settings = read_settings()
run = Store(settings.runs_dir).create(recipes.get("spiral").experiment, name="spiral in a cell")
show(run)
began, asked = time.time(), False
controls = FileControls(run.path, began, is_orphan=lambda: False)
for event in train(run, data_dir=settings.data_dir, device="cpu", controls=controls):
    if not asked and time.time() > began + SECONDS:
        asked = True
        ask(run.path, "stop")
"""


def trains(seconds: float) -> str:
    """For so long, and then a little until it has stopped."""
    return TRAINS.replace("SECONDS", str(seconds)).strip()
