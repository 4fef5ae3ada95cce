/**
 * Snappy's raw format (google/snappy, format_description.txt): the length that comes out, then
 * literals and copies. Written here because a page from a stranger may lie in every one of them.
 */

/** Unpack `input` into exactly `length` bytes. Throws where it does not come to that. */
export function unsnappy(input: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const broken = () => new Error('damaged snappy data');
  const byte = (at: number): number => {
    const value = input[at];
    if (value === undefined) throw broken();
    return value;
  };
  const little = (at: number, size: number): number => {
    let value = 0;
    for (let i = 0; i < size; i++) value += byte(at + i) * 256 ** i;
    return value;
  };
  let pos = 0;
  let said = 0;
  for (let shift = 0; ; shift += 7) {
    if (shift > 28) throw broken();
    const part = byte(pos++);
    said += (part & 0x7f) * 2 ** shift;
    if (part < 0x80) break;
  }
  if (said !== length) throw broken();
  const out = new Uint8Array(length);
  let done = 0;
  while (pos < input.length) {
    const tag = byte(pos++);
    const kind = tag & 3;
    if (kind === 0) {
      let size = (tag >>> 2) + 1;
      if (size > 60) {
        const extra = size - 60;
        size = little(pos, extra) + 1;
        pos += extra;
      }
      if (pos + size > input.length || done + size > length) throw broken();
      out.set(input.subarray(pos, pos + size), done);
      pos += size;
      done += size;
      continue;
    }
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const width = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    const offset = little(pos, width) + (kind === 1 ? (tag >>> 5) * 256 : 0);
    pos += width;
    if (offset === 0 || offset > done || done + size > length) throw broken();
    // Byte by byte: a copy may run into what it has just written.
    for (let i = 0; i < size; i++) out[done + i] = out[done - offset + i] ?? 0;
    done += size;
  }
  if (done !== length) throw broken();
  return out;
}
