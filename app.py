"""nnlab: `streamlit run app.py`.

Streamlit finds `app` by reading this file, imports it once for the server, and runs the file anew
for every page.
"""

import streamlit as st

from nnlab.wire.web import web_routes

BASE = str(st.get_option("server.baseUrlPath"))

app = st.App("app.py", routes=[*web_routes(BASE)])

if __name__ == "__main__":
    from nnlab.ui.shell import run  # loads PyTorch, which the server starts without

    run()
