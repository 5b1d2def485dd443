/**
 * The functions of `kernel.wasm` (`assembly/index.ts`). Addresses, strides and lengths are in bytes, sizes in pixels.
 * They check nothing: the modules that call them do.
 */
export type KernelExports = {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;

  expandGrey(...layout: ExpandArguments): void;
  expandRgb(...layout: ExpandArguments): void;
  expandRgba(...layout: [...ExpandArguments, alpha: number]): void;
  interleave(
    r: number,
    g: number,
    b: number,
    a: number,
    stride: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
    invert: number,
  ): void;
  gather8(...layout: GatherArguments): void;
  gatherAssociated16(...layout: GatherArguments): void;
  unassociate(...raster: [...RasterArguments, invert: number]): void;

  expandBits(
    source: number,
    sourceStride: number,
    firstBit: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
    zero: number,
    one: number,
  ): void;
  expandIndexed(
    source: number,
    sourceStride: number,
    firstBit: number,
    bits: number,
    step: number,
    table: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
  ): void;
  unpackBits(source: number, sourceStride: number, target: number, count: number, rows: number, bits: number): void;

  swap16(address: number, count: number): void;
  swap24(address: number, count: number): void;
  swap32(address: number, count: number): void;
  unpredict8(address: number, rowBytes: number, rows: number, distance: number): void;
  unpredict16(address: number, rowBytes: number, rows: number, distance: number): void;
  unpredict32(address: number, rowBytes: number, rows: number, distance: number): void;
  joinBytes(address: number, rowBytes: number, rows: number, bytes: number, row: number): void;
  narrow16(address: number, count: number): void;
  narrowWindow(address: number, count: number, kind: number, windows: number, windowsEnd: number, wide: number): void;

  box2(...move: MoveArguments): void;
  box(...move: [...MoveArguments, log2: number]): void;
  boxWeighted(
    source: number,
    sourceStride: number,
    sourceWidth: number,
    sourceHeight: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
    log2: number,
  ): void;
  resample(...plan: ResampleArguments): void;
  resampleWeighted(...plan: ResampleArguments): void;

  copyRows(
    source: number,
    sourceStride: number,
    target: number,
    targetStride: number,
    bytes: number,
    rows: number,
  ): void;
  mirror(...raster: RasterArguments): void;
  turnHalf(...move: MoveArguments): void;
  turnQuarter(...move: [...MoveArguments, clockwise: number]): void;
  rotate(
    source: number,
    sourceStride: number,
    sourceWidth: number,
    sourceHeight: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
    cos: number,
    sin: number,
    opaque: number,
  ): void;

  isOpaque(...raster: RasterArguments): number;
  flatten(...raster: [...RasterArguments, background: number]): void;
  grey(...raster: RasterArguments): void;
  bitonal(...raster: [...RasterArguments, threshold: number]): void;
  compose(...move: [...MoveArguments, opacity: number]): void;
  packGrey(...raster: [...RasterArguments, target: number]): void;
  packRgb(...raster: [...RasterArguments, target: number]): void;
  applyMatrix(...raster: [...RasterArguments, shapers: number, encoding: number]): void;
  applyTable3(...raster: [...RasterArguments, axes: number, nodes: number, grid: number]): void;
  applyTable4(...raster: [...RasterArguments, axes: number, nodes: number, grid: number]): void;

  /** 1, or 0 where the data is damaged. */
  jpegDecode(picture: number): number;
  /** Bytes written. */
  jpegEncode(encoding: number): number;
  jpegPad(source: number, stride: number, width: number, height: number, padded: number): void;
};

type RasterArguments = [source: number, stride: number, width: number, height: number];

type MoveArguments = [
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  width: number,
  height: number,
];

type ExpandArguments = [...MoveArguments, invert: number];

type GatherArguments = [
  r: number,
  g: number,
  b: number,
  a: number,
  step: number,
  stride: number,
  target: number,
  targetStride: number,
  width: number,
  height: number,
  invert: number,
];

type ResampleArguments = [
  source: number,
  sourceStride: number,
  columns: number,
  target: number,
  targetStride: number,
  width: number,
  height: number,
  xStarts: number,
  xWeights: number,
  xTaps: number,
  xShift: number,
  yStarts: number,
  yWeights: number,
  yTaps: number,
  yShift: number,
  row: number,
];
