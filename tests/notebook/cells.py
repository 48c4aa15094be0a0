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


RECORDS = """
import time
import torch
from torch import nn
import nnlab

class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.last = nn.Linear(2, 8), nn.Linear(2, 8), nn.Linear(8, 2)

    def forward(self, x):
        return self.last(self.one(x) * self.two(x).sigmoid())

x = torch.randn(100, 2)
y = (x.prod(dim=1) > 0).long()
model = Gated()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
with nnlab.record(model, name="of my own", data=(x, y), classes=["no", "yes"]) as run:
    run.show()
    ends = time.time() + SECONDS
    while time.time() < ends:
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.step(loss=loss, half=loss / 2)
"""


def records(seconds: float) -> str:
    """A loop of one's own, with a network that only the kernel can evaluate."""
    return RECORDS.replace("SECONDS", str(seconds)).strip()
