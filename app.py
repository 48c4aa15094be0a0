"""The web application of nnlab, started by `streamlit run app.py`.

Streamlit finds `app` by reading this file, imports it once for the server, and runs the file anew
for every page.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from nnlab.ui.login import StreamlitLogin
from nnlab.ui.services import warm_up
from nnlab.ui.stream import StreamlitProtocol, files_held, leave_for
from nnlab.wire.guard.guard import Guard
from nnlab.wire.headers import SecurityHeaders
from nnlab.wire.people import NewPeople
from nnlab.wire.room.door import Door
from nnlab.wire.room.routes import room_routes
from nnlab.wire.routes import wire_routes
from nnlab.wire.web import web_routes

BASE = str(st.get_option("server.baseUrlPath"))
# The HTML that Streamlit sends for every page address. (A string here would appear on the page.)
PAGE = Path(st.__file__).parent / "static" / "index.html"
LOGIN = StreamlitLogin()

app = st.App(
    "app.py",
    lifespan=warm_up,
    routes=[*wire_routes(BASE), *room_routes(BASE, LOGIN), *web_routes(BASE)],
    middleware=[
        Middleware(SecurityHeaders, page=PAGE),
        Middleware(Guard, protocol=StreamlitProtocol(), holding=files_held, base=BASE),
        Middleware(Door, leave_for=leave_for, base=BASE, login=LOGIN),
        Middleware(NewPeople),
    ],
)

if __name__ == "__main__":
    from nnlab.ui.room.strip import begin_page
    from nnlab.ui.shell import run

    run(begin_page)
