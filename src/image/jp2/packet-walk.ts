import type { ReadOptions } from '../../source/source.ts';
import type { Codestream } from './codestream.ts';
import type { HeldBytes } from './held-bytes.ts';
import type { PacketHeaders } from './packet-headers.ts';
import { type PacketOrder, packetAt } from './packet-order.ts';
import { MEND, unsupported } from './unsupported.ts';

/**
 * Bytes that are read of one tile to find its packets: once, a minute on a slow line. Half a resolution of 250
 * megapixels, all of a photograph of 100.
 */
export const MAX_WALKED = 64 * 2 ** 20;

/** Bytes read at once, doubled each time: small resolutions come first, and are waited for. */
const FIRST_WINDOW = 64 * 1024;
const LARGEST_WINDOW = 4 * 2 ** 20;

/** Bytes of a packet header for each code-block, and for itself. */
const BLOCK_HEADER = 4;
const PACKET_HEADER = 64;
/** Where packets are so much longer than their headers, these are read alone. */
const HOP_RATIO = 8;
const LEAST_HOP = 8192;

/** Packets of a tile-part whose lengths aren't known: from `offset` on, the first of them by its number. */
export interface Unwalked {
  readonly offset: number;
  readonly end: number;
  readonly first: number;
}

/** Finds packets by their headers, where the file doesn't list them: in the order of the codestream, each once. */
export class PacketWalk {
  readonly #codestream: Codestream;
  readonly #packets: PacketOrder;
  readonly #headers: PacketHeaders;
  readonly #held: HeldBytes;
  #window = FIRST_WINDOW;
  #read = 0;

  constructor(codestream: Codestream, packets: PacketOrder, headers: PacketHeaders, held: HeldBytes) {
    this.#codestream = codestream;
    this.#packets = packets;
    this.#headers = headers;
    this.#held = held;
  }

  /**
   * Lengths of the next packets, as many as one read brings; none where no more can be read of the tile-part.
   * @throws {ImageServerError} 501 where too much would have to be read.
   */
  async readLengths(unwalked: Unwalked, options: ReadOptions): Promise<readonly number[]> {
    const { offset, end, first } = unwalked;
    const header = PACKET_HEADER + BLOCK_HEADER * this.#headers.blocksOf(packetAt(this.#packets, first).rank);
    const hops = (end - offset) / (this.#packets.count - first) > HOP_RATIO * Math.max(header, LEAST_HOP);
    let wanted = hops ? header : this.#window;
    for (;;) {
      const held = this.#held.from(offset, Math.min(LARGEST_WINDOW, end - offset));
      const lengths = held ? this.#lengthsIn(held, unwalked) : [];
      if (lengths.length > 0) return lengths;
      if (held && held.length === end - offset) return [];
      const length = Math.min(Math.max(wanted, 2 * (held?.length ?? 0)), end - offset);
      this.#refuseTooLong(length, hops ? 0 : this.#isByResolution ? 0 : end - offset);
      this.#read += length;
      await this.#held.readAll([{ offset, length }], options);
      if ((this.#held.from(offset, length)?.length ?? 0) <= (held?.length ?? 0)) return [];
      if (!hops) this.#window = Math.min(2 * this.#window, LARGEST_WINDOW);
      wanted = 2 * length;
    }
  }

  get #isByResolution(): boolean {
    const { order, layers } = this.#codestream;
    return order === 'RPCL' || order === 'RLCP' || (order === 'LRCP' && layers === 1);
  }

  /** `all`: bytes that are needed anyway, whatever resolution is wanted. */
  #refuseTooLong(next: number, all: number): void {
    if (Math.max(this.#read + next, all) <= MAX_WALKED) return;
    throw unsupported(
      `it does not list its packets (marker PLT), and more than ${MAX_WALKED / 2 ** 20} MB would have to be read to find ` +
        'those of this resolution',
      MEND.addLengths,
    );
  }

  #lengthsIn(bytes: Uint8Array, { offset, end, first }: Unwalked): number[] {
    const lengths: number[] = [];
    let at = 0;
    while (at < bytes.length && first + lengths.length < this.#packets.count) {
      const packet = packetAt(this.#packets, first + lengths.length);
      const read = this.#headers.read(bytes, at, packet);
      if (!read || offset + at + read.header + read.body > end) break;
      lengths.push(read.header + read.body);
      at += read.header + read.body;
    }
    return lengths;
  }
}
