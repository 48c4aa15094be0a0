"""A picture file without all that its pixels do not need, before a library reads any of it.

Libraries walk a file's notes (colour profiles, texts, previews, EXIF) one by one, and a file of
16 MB can hold millions of them. What is left out here costs nothing there.
"""

import re
import struct
from dataclasses import dataclass

from nnlab.texts import _

PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
MOST_CHUNKS = 10_000
"""Limit for a PNG's chunks. Programs write 8 kB or more into each."""
MOST_SEGMENTS = 1_000
"""Limit for a JPEG's segments before its pixels."""
MOST_BLOCKS = 100_000
"""Limit for a GIF's blocks up to the end of its first picture: up to 255 bytes each."""
MOST_SCANS = 30
"""Limit for the scans of a progressive JPEG; ten are usual."""
MOST_ENTRIES = 200
"""Limit for the first table of EXIF."""

ORIENTATION = 0x0112
_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Markers of a JPEG's frame: baseline, extended, in passes (ITU-T T.81, table B.1)."""
_KEPT = _FRAMES | {0xC4, 0xDB, 0xDD, 0xE0, 0xEE}
"""Markers that are kept: Huffman and quantisation tables, restart intervals, JFIF, and Adobe's
colour transform."""
_REFUSED = frozenset(range(0xC0, 0xD0)) - _KEPT
_SEGMENT = re.compile(rb"\xff+([^\xff])", re.DOTALL)


class OddFileError(ValueError):
    """A file that no usual program writes; says what is odd."""


@dataclass(frozen=True)
class Bare:
    """The parts of a file that are decoded."""

    content: bytes
    orientation: int = 1
    """1 to 8, as EXIF counts the turns and flips of a camera."""
    in_passes: bool = False
    """Whether a decoder has to keep the whole picture at full size until the end."""


def bare(content: bytes) -> Bare:
    """The file without its notes; as it is where it is no PNG, JPEG or GIF.

    Raises:
        OddFileError: it is in too many pieces, or of a kind that hardly any program writes.
    """
    if content.startswith(PNG):
        return _png(content)
    if content.startswith(JPEG):
        return _jpeg(content)
    if content.startswith(GIF):
        return Bare(_gif(content))
    return Bare(content)


def webp_size(content: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP declares (RFC 9649); None where it is none."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    match content[12:16]:
        case b"VP8X":
            width = int.from_bytes(content[24:27], "little") + 1
            return width, int.from_bytes(content[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def orientation(exif: bytes) -> int:
    """Return the orientation in EXIF data, 1 to 8; 1 if it is missing or invalid."""
    exif = exif.removeprefix(b"Exif\0\0")[:65_536]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 10:
        return 1
    (start,) = struct.unpack_from(order + "I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(order + "H", exif, start)
    for place in range(start + 2, start + 2 + 12 * min(count, MOST_ENTRIES), 12):
        if place + 12 > len(exif):
            return 1
        tag, kind, _count, value = struct.unpack_from(order + "HHIH", exif, place)
        if tag == ORIENTATION:
            return value if kind == 3 and 1 <= value <= 8 else 1
    return 1


def _png(content: bytes) -> Bare:
    kept, turn, place = [PNG], 1, len(PNG)
    for _chunk in range(MOST_CHUNKS):
        head = content[place : place + 8]
        if len(head) < 8 or head[4:] == b"IEND":
            kept.append(content[place : place + 12])
            return Bare(b"".join(kept), turn)
        after = place + 12 + int.from_bytes(head[:4], "big")
        if head[4:] in _CHUNKS:
            kept.append(content[place:after])
        elif head[4:] == b"eXIf":
            turn = orientation(content[place + 8 : min(after, place + 65_536)])
        place = after
    raise OddFileError(_("in more than {most:,} pieces", most=MOST_CHUNKS))


def _jpeg(content: bytes) -> Bare:
    kept, turn, in_passes, place = [content[:2]], 1, False, 2
    for _segment in range(MOST_SEGMENTS):
        found = _SEGMENT.match(content, place)
        if found is None:
            break
        marker, place = found[1][0], found.end()
        if marker == 0xDA:
            end = content.find(b"\xff\xd9", place)
            end = len(content) if end < 0 else end + 2
            scans = 1 + content.count(b"\xff\xda", place, end)
            if scans > MOST_SCANS:
                raise OddFileError(_("a JPEG in {scans:,} passes", scans=scans))
            kept += [b"\xff\xda", content[place:end]]  # what cameras put behind is left out
            return Bare(b"".join(kept), turn, in_passes or scans > 1)
        if marker in _REFUSED:
            raise OddFileError(_("a JPEG of the rare kind {marker:02X}", marker=marker))
        after = place + int.from_bytes(content[place : place + 2], "big")
        if after < place + 2:
            break
        in_passes |= marker == 0xC2
        if marker in _KEPT:
            kept += [bytes((0xFF, marker)), content[place:after]]
        elif marker == 0xE1 and content.startswith(b"Exif\0\0", place + 2):
            turn = orientation(content[place + 2 : after])
        place = after
    raise OddFileError(_("a JPEG without pixels"))


def _gif(content: bytes) -> bytes:
    """The header, and the first picture with what says which of its colours is transparent."""
    if len(content) < 13:
        return content
    place = 13 + _table(content[10])
    kept, blocks = [content[:place]], 0
    while (kind := content[place : place + 1]) in (b"!", b","):
        start = place
        if kind == b"!":
            place += 2
        else:
            place += 10 + (_table(content[place + 9]) if place + 9 < len(content) else 0) + 1
        while place < len(content) and content[place]:
            place += 1 + content[place]
            blocks += 1
            if blocks > MOST_BLOCKS:
                raise OddFileError(_("in more than {most:,} pieces", most=MOST_BLOCKS))
        place += 1
        blocks += 1
        if kind == b"," or content[start + 1 : start + 2] == b"\xf9":
            kept.append(content[start:place])
        if kind == b",":
            break
    return b"".join([*kept, b";"])


def _table(packed: int) -> int:
    """Bytes of a table of colours, by the byte that tells of it."""
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0
