"""The route `/web`, which hands out the JavaScript modules."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nnlab.texts import _
from nnlab.wire.modules import compressed, digest, modules, root

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def web_routes(base: str = "") -> list[Route]:
    """The modules at `/web/<digest>/<name>`, as text/javascript.

    With the digest of another version (a page that was open while the server was updated) comes
    what there is now, which the browser does not keep.

    Args:
        base: `server.baseUrlPath`, with or without slashes around it.
    """
    return [Route(f"{root(base)}/{{digest}}/{{name:path}}", _module, methods=["GET"])]


# Not async: Starlette runs it in a thread, where compressing holds nobody up.
def _module(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in modules():
        return PlainTextResponse(_("There is no such module."), 404)
    current = request.path_params["digest"] == digest()
    headers = {
        "Cache-Control": FOR_GOOD if current else ASK_AGAIN,
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(compressed(name), headers=headers, media_type="text/javascript")
    return Response(modules()[name], headers=headers, media_type="text/javascript")
