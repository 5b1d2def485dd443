/** The functions of gifenc 1.0.3 that are used; the package has no types of its own. */
declare module 'gifenc' {
  type Palette = [red: number, green: number, blue: number][];
  export function applyPalette(rgba: Uint8Array, palette: Palette, format: 'rgb565'): Uint8Array;
  export function GIFEncoder(): {
    writeFrame(
      indices: Uint8Array,
      width: number,
      height: number,
      options: {
        readonly palette: Palette;
        readonly transparent: boolean;
        readonly transparentIndex: number;
        /** -1: once. */
        readonly repeat: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  };
}
