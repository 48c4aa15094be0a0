// CRC-32 as in zlib and PNG (ISO 3309): whether two sides have the same pixels.

const TABLE = Uint32Array.from({ length: 256 }, (_entry, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** Of bytes, as a whole number from 0 on. */
export function crc32(bytes) {
  let rest = ~0;
  for (let i = 0; i < bytes.length; i++) rest = TABLE[(rest ^ bytes[i]) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}
