"""A form that a browser sends by POST: read within bounds, before anything is done with it."""

import asyncio
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request

from nnlab.texts import _
from nnlab.wire.refusals import RefusedError, bad_request, silent, too_long

MOST_BYTES = 130_000
"""A nickname of 10,000 letters of any script, percent-encoded, and a code."""
MOST_FIELDS = 8
SECONDS = 10.0
"""Until all of it is here."""
TYPE = "application/x-www-form-urlencoded"


async def read_form(request: Request, seconds: float = SECONDS) -> dict[str, str]:
    """The fields of a form, each with the first of its values.

    Raises:
        RefusedError: it is no such form, too long, too slow, or has too many fields.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != TYPE:
        raise RefusedError(4415, _("A form comes as {type}.", type=TYPE))
    try:
        async with asyncio.timeout(seconds):
            body = await _read(request)
    except TimeoutError:
        raise silent() from None
    except ClientDisconnect:
        raise bad_request(_("The form did not come whole.")) from None
    try:
        said = parse_qs(
            body.decode("ascii", errors="replace"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise bad_request(_("The form has too many fields.")) from None
    return {name: values[0] for name, values in said.items()}


async def _read(request: Request) -> bytes:
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > 15 or int(said) > MOST_BYTES:
        raise too_long(MOST_BYTES)
    body = bytearray()
    async for part in request.stream():  # a chunked one says no length before
        body += part
        if len(body) > MOST_BYTES:
            raise too_long(MOST_BYTES)
    return bytes(body)
