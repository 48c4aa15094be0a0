"""nnlab: `streamlit run app.py`."""

from nnlab.ui.shell import run

run()
