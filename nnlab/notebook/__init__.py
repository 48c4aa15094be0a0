"""A run in a notebook: the live stage while it trains, its recording afterwards.

In Jupyter, in marimo, and wherever anywidget's widgets are shown.
"""

from nnlab.notebook.bundle import mimebundle_of
from nnlab.notebook.front import in_notebook
from nnlab.notebook.show import show
from nnlab.notebook.widget import StageWidget, widget_of

__all__ = ["StageWidget", "in_notebook", "mimebundle_of", "show", "widget_of"]
