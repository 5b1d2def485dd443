/** A box of ISO/IEC 15444-1, section I.4. */
export function box(type: string, ...content: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(content.map((each) => Uint8Array.from(each)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** The same, with its length in 64 bits. */
export function longBox(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write(type, 4, 'latin1');
  head.writeBigUInt64BE(BigInt(16 + content.length), 8);
  return Buffer.concat([head, content]);
}

/** The box that a file begins with. */
export const SIGNATURE = box('jP  ', [0x0d, 0x0a, 0x87, 0x0a]);

/** A file with these boxes in its header box. */
export function fileOf(codestream: Buffer, ...header: readonly Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, box('ftyp', [1, 2, 3, 4]), box('jp2h', ...header), box('jp2c', codestream)]);
}

/** Colours by the number of their space. */
export const enumerated = (space: number) => box('colr', [1, 0, 0, 0, 0, 0, space]);

/** Colours by a profile: restricted or any. */
export const withProfile = (method: 2 | 3, profile: Uint8Array) => box('colr', [method, 0, 0], profile);

/** Of each channel: its number, type and the colour that it is of. */
export const cdef = (...channels: readonly (readonly [number, number, number])[]) =>
  box(
    'cdef',
    [0, channels.length],
    channels.flatMap((channel) => channel.flatMap((value) => [value >> 8, value & 255])),
  );
