import type { ByteRange, ReadOptions } from '../../source/source.ts';
import { damaged } from '../header-windows.ts';
import type { Codestream } from './codestream.ts';
import { type TileGeometry, tileGeometry } from './geometry.ts';
import type { HeldBytes } from './held-bytes.ts';
import type { Segment } from './markers.ts';
import { PacketHeaders } from './packet-headers.ts';
import { type PacketOrder, packetAt, packetOrder, packetsThrough, wholePrecincts } from './packet-order.ts';
import { PacketWalk } from './packet-walk.ts';
import { parseTilePartHeader, type TilePartHeader } from './tile-part-header.ts';
import type { TilePart, TileParts } from './tile-parts.ts';

/** Bytes of a packet's length in PLT, 1.5 to 1.9 on average, and what stands beside it. */
const LENGTH_BYTES = 2;
const HEADER_LENGTH = 512;
/** Bytes of a tile-part's header that are read at first: a file without PLT has none to speak of. */
const HEADER_READ = { least: 2048, most: 65_536 };

/** The header of a tile-part with PLT of all packets there may be. */
const MAX_HEADER_LENGTH = 8 * 2 ** 20;

/** What is known of a tile's packets. Plain data. */
export interface KnownPackets {
  /** In the order of the codestream; those after `placed` are listed, but their place isn't known. */
  readonly lengths: Uint32Array;
  readonly placed: number;
  /** Packets that lie one after the other, each run in one tile-part. */
  readonly runs: readonly PacketRun[];
  readonly segments: readonly Segment[];
  /** The rest isn't there. */
  readonly ended: boolean;
}

interface PacketRun {
  /** Number of the first packet. */
  readonly first: number;
  readonly offset: number;
  /** Number of the tile-part among those of the tile. */
  readonly part: number;
}

/** Where the packets of a tile are: it grows, from PLT or from the packets' own headers, as far as is asked for. */
export class TileIndex {
  readonly geometry: TileGeometry;
  readonly packets: PacketOrder;
  readonly #codestream: Codestream;
  readonly #tile: number;
  readonly #parts: TileParts;
  readonly #held: HeldBytes;
  readonly #offsets: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #runs: PacketRun[] = [];
  #segments: readonly Segment[] = [];
  #listed = 0;
  #placed = 0;
  #ended = false;
  #hasLists = true;
  /** The tile-part that is being read: its number, where the next packet begins, and where it ends. */
  #part = 0;
  #position: number | undefined;
  #end = 0;
  #walk: PacketWalk | undefined;
  #stepping: Promise<void> | undefined;

  constructor(codestream: Codestream, tile: number, parts: TileParts, held: HeldBytes, known?: KnownPackets) {
    this.#codestream = codestream;
    this.#tile = tile;
    this.#parts = parts;
    this.#held = held;
    this.geometry = tileGeometry(codestream, tile);
    this.packets = packetOrder(codestream, this.geometry);
    this.#offsets = new Float64Array(this.packets.count);
    this.#lengths = new Uint32Array(this.packets.count);
    if (known) this.#restore(known);
  }

  /** Number of packets whose place is known. */
  get placed(): number {
    return this.#placed;
  }

  /** Of the header of the tile's first part. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The file ends before the tile's first packet. */
  get isMissing(): boolean {
    return this.#ended && this.#placed === 0;
  }

  /** All that is known. What was walked is cut to where it can be gone on with. */
  get known(): KnownPackets {
    const placed = this.#walk ? wholePrecincts(this.packets, this.#placed) : this.#placed;
    return {
      lengths: this.#lengths.slice(0, placed === this.#placed && placed > 0 ? this.#listed : placed),
      placed,
      runs: this.#runs.filter(({ first }) => first < placed),
      segments: this.#segments,
      ended: this.#ended && placed === this.#placed,
    };
  }

  #restore({ lengths, placed, runs, segments, ended }: KnownPackets): void {
    this.#lengths.set(lengths);
    this.#listed = lengths.length;
    this.#placed = placed;
    this.#segments = segments;
    this.#ended = ended;
    for (const [index, run] of runs.entries()) {
      let { offset } = run;
      const end = runs[index + 1]?.first ?? placed;
      for (let packet = run.first; packet < end; packet++) {
        this.#offsets[packet] = offset;
        offset += this.#lengths[packet] ?? 0;
      }
      this.#runs.push(run);
      const part = this.#parts.atHand(this.#tile, run.part);
      this.#part = run.part;
      this.#position = offset;
      this.#end = part ? part.offset + part.length : offset;
    }
  }

  /** Where a packet is; undefined where the file ends before it, or it isn't known yet. */
  range(packet: number): ByteRange | undefined {
    const length = this.#lengths[packet] ?? 0;
    return packet < this.#placed && length > 0 ? { offset: this.#offsets[packet] ?? 0, length } : undefined;
  }

  /** Whether all packets of the resolutions up to one are known. */
  isKnownThrough(resolution: number): boolean {
    return this.#ended || this.#placed >= packetsThrough(this.packets, resolution);
  }

  /**
   * Makes the packets of the resolutions up to one known.
   * @throws {ImageServerError} 502 where the file is damaged, 501 where it would take too much to read.
   */
  async knowThrough(resolution: number, options: ReadOptions): Promise<void> {
    await this.#readHeads(resolution, options);
    while (!this.isKnownThrough(resolution)) {
      options.signal?.throwIfAborted();
      // One step after the other, for all who wait: each may be enough for some of them.
      this.#stepping ??= this.#step({ timing: options.timing }).finally(() => {
        this.#stepping = undefined;
      });
      await this.#stepping;
    }
  }

  /** Reads the headers of parts at once whose places are known, where each part is a resolution. */
  async #readHeads(resolution: number, options: ReadOptions): Promise<void> {
    const { levels } = this.#codestream;
    const parts = Array.from({ length: levels + 1 }, (_, number) => this.#parts.atHand(this.#tile, number));
    const isByResolution = parts.every((part) => part) && !this.#parts.atHand(this.#tile, levels + 1);
    if (!isByResolution || !this.#hasLists || this.isKnownThrough(resolution)) return;
    const heads = parts.slice(this.#part, resolution + 1).flatMap((part, index) => {
      const number = this.#part + index;
      const before = number > 0 ? packetsThrough(this.packets, number - 1) : 0;
      const length = this.#headerLength(packetsThrough(this.packets, number) - before);
      return part ? [{ offset: part.offset, length: Math.min(part.length, length) }] : [];
    });
    await this.#held.readAll(heads, options);
  }

  async #step(options: ReadOptions): Promise<void> {
    if (this.#position !== undefined && this.#position >= this.#end) {
      this.#position = undefined;
      this.#part += 1;
    }
    if (this.#position === undefined) {
      const part = await this.#parts.part(this.#tile, this.#part, this.#headerEstimate(), options);
      if (part) await this.#begin(part, options);
      else this.#ended = true;
      return;
    }
    await this.#walkOn(this.#position, options);
  }

  async #begin(part: TilePart, options: ReadOptions): Promise<void> {
    const header = await this.#readHeader(part, options);
    if (header.tile !== this.#tile)
      throw damaged(`a part of tile ${this.#tile} says that it is of tile ${header.tile}`);
    if (this.#listed + header.lengths.length > this.packets.count) {
      throw damaged(`tile ${this.#tile} lists more packets than its ${this.packets.count} (marker PLT)`);
    }
    // Some encoders list a tile's packets in its first part, others those of each part in itself.
    this.#lengths.set(header.lengths, this.#listed);
    this.#listed += header.lengths.length;
    this.#hasLists = header.lengths.length > 0;
    if (this.#part === 0) this.#segments = header.segments;
    const offset = part.offset + header.body;
    this.#runs.push({ first: this.#placed, offset, part: this.#part });
    this.#end = part.offset + part.length;
    this.#place(offset);
  }

  async #readHeader(part: TilePart, options: ReadOptions): Promise<TilePartHeader> {
    let wanted = Math.min(part.length, this.#headerEstimate());
    for (;;) {
      const held = this.#held.from(part.offset);
      const header = held && parseTilePartHeader(held.subarray(0, part.length));
      if (header && !('needed' in header)) return header;
      const needed = Math.max(wanted, header?.needed ?? 0);
      if (needed > Math.min(part.length, MAX_HEADER_LENGTH)) throw damaged('the header of a tile-part has no end');
      await this.#held.readAll([{ offset: part.offset, length: needed }], options);
      const after = this.#held.from(part.offset);
      if (!after || after.length <= (held?.length ?? 0)) throw damaged('it ends within the header of a tile-part');
      wanted = Math.min(part.length, 2 * needed);
    }
  }

  /** How long the header of the next part is likely to be. */
  #headerEstimate(): number {
    if (!this.#hasLists) return HEADER_READ.least;
    const { rank } = packetAt(this.packets, this.#placed);
    const through = packetsThrough(this.packets, this.packets.resolutions[rank] ?? 0);
    return this.#headerLength(through - this.#placed);
  }

  #headerLength(packets: number): number {
    const estimate = HEADER_LENGTH + LENGTH_BYTES * packets;
    return Math.min(Math.max(Math.ceil(estimate), HEADER_READ.least), HEADER_READ.most);
  }

  #place(from: number): void {
    let position = from;
    while (position < this.#end && this.#placed < this.#listed) {
      this.#offsets[this.#placed] = position;
      position += this.#lengths[this.#placed] ?? 0;
      if (position > this.#end) {
        throw damaged(`the packets of tile ${this.#tile} are longer than their tile-part (marker PLT)`);
      }
      this.#placed += 1;
    }
    this.#position = position;
  }

  async #walkOn(position: number, options: ReadOptions): Promise<void> {
    this.#walk ??= new PacketWalk(this.#codestream, this.packets, this.#newHeaders(), this.#held);
    const lengths = await this.#walk.readLengths({ offset: position, end: this.#end, first: this.#placed }, options);
    let next = position;
    for (const length of lengths) {
      this.#offsets[this.#placed] = next;
      this.#lengths[this.#placed] = length;
      this.#placed += 1;
      next += length;
    }
    this.#listed = this.#placed;
    this.#position = next;
    // What follows a packet that is damaged, or cut off, can't be found.
    this.#ended ||= lengths.length === 0;
  }

  /** Reads the headers of a precinct's packets from the first layer on. */
  #newHeaders(): PacketHeaders {
    return new PacketHeaders(this.#codestream, this.geometry, this.packets);
  }
}
