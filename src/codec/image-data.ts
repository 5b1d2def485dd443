/** The part of the DOM's ImageData that @jsquash's decoders construct; Node, Bun and workerd have none. */
export class PlainImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}
