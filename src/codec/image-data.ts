/** The part of the DOM's ImageData that @jsquash fills. */
export interface ImageDataLike {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

class PlainImageData implements ImageDataLike {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

/**
 * Runs `work` with a global `ImageData`. @jsquash's decoders construct one by its global name, and Node, Bun and
 * workerd have none: there a plain stand-in is set for the duration of the call and removed again.
 */
export function withImageData<R>(work: () => R): R {
  if ('ImageData' in globalThis) return work();
  Object.defineProperty(globalThis, 'ImageData', { value: PlainImageData, configurable: true, writable: true });
  try {
    return work();
  } finally {
    Reflect.deleteProperty(globalThis, 'ImageData');
  }
}
