// What a picture file says of its size, before it is decoded: PNG, JPEG, GIF, BMP, WebP. The bounds are those of
// nnlab/drawing/files.py.

import { _ } from "../texts.js";

export const MOST_BYTES = 16 * 2 ** 20;
const MOST = { JPEG: 50_200_000, WebP: 4_000_000 },
  MOST_OTHERS = 8_300_000; // pixels
const LONGEST = 16_384; // pixels of a side
const MOST_SEGMENTS = 1_000; // of a JPEG before its pixels

/** @param {Uint8Array} bytes the whole file
 * @returns {{kind: string, width: number, height: number, isTurned: boolean}} `isTurned`: a camera was held upright, and
 *   width and height change places
 * @throws {Error} it is no such picture; says so
 */
export function sizeOfFile(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = (...signs) => signs.every((sign, i) => bytes[i] === sign);
  const text = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
  let found = null;
  if (bytes.length >= 30) {
    if (begins(0x89, 0x50, 0x4e, 0x47)) found = { kind: "PNG", width: view.getUint32(16), height: view.getUint32(20) };
    else if (begins(0xff, 0xd8, 0xff)) found = jpeg(view);
    else if (text(0, 4) === "GIF8")
      found = { kind: "GIF", width: view.getUint16(6, true), height: view.getUint16(8, true) };
    else if (text(0, 2) === "BM")
      found = { kind: "BMP", width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
    else if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") found = webp(view, text(12, 16));
  }
  if (!found || !found.width || !found.height) {
    throw new Error(
      _("The file is no picture that can be read here ({count} bytes). Readable: PNG, JPEG, GIF, BMP, WebP.", {
        count: bytes.length,
      }),
    );
  }
  return { isTurned: false, ...found };
}

/** @throws {Error} it has more pixels than are decoded; says how many may be */
export function mustFit({ kind, width, height }) {
  const most = MOST[kind] ?? MOST_OTHERS;
  if (width * height <= most && Math.max(width, height) <= LONGEST) return;
  const found = { width, height, most: Math.floor(most / 1e6), longest: LONGEST };
  throw new Error(
    _(
      "The picture is {width}×{height} pixels. At most {most} megapixels of this kind, and {longest} pixels a side, are read: make it smaller.",
      found,
    ),
  );
}

// RFC 9649.
function webp(view, kind) {
  if (kind === "VP8X") {
    const at = (from) => 1 + view.getUint16(from, true) + (view.getUint8(from + 2) << 16);
    return { kind: "WebP", width: at(24), height: at(27) };
  }
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { kind: "WebP", width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  return { kind: "WebP", width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

// The frame's header (ITU-T T.81, B.2.2), and whether EXIF says that width and height change places.
function jpeg(view) {
  let isTurned = false;
  for (let at = 2, segment = 0; at + 9 < view.byteLength && segment < MOST_SEGMENTS; segment++) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1),
      length = view.getUint16(at + 2);
    if (marker === 0xff) at += 1;
    else {
      if (marker >= 0xc0 && marker <= 0xc2)
        return { kind: "JPEG", width: view.getUint16(at + 7), height: view.getUint16(at + 5), isTurned };
      if (marker === 0xe1) isTurned ||= orientation(view, at + 4, at + 2 + length) >= 5;
      at += 2 + length;
    }
  }
  return null;
}

const ORIENTATION = 0x0112,
  MOST_ENTRIES = 200;

function orientation(view, from, until) {
  const end = Math.min(until, view.byteLength),
    start = from + 6; // behind "Exif\0\0"
  if (start + 8 > end || view.getUint32(from) !== 0x45786966) return 1;
  const little = view.getUint16(start) === 0x4949,
    table = start + view.getUint32(start + 4, little);
  if (table + 2 > end) return 1;
  const count = Math.min(MOST_ENTRIES, view.getUint16(table, little));
  for (let at = table + 2; at < table + 2 + 12 * count && at + 12 <= end; at += 12) {
    if (view.getUint16(at, little) === ORIENTATION) return view.getUint16(at + 8, little);
  }
  return 1;
}
