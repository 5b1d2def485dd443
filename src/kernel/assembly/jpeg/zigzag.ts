const END: u8 = 128;

/**
 * Zigzag index → offset of the coefficient in a block of i16 (ISO/IEC 10918-1, figure A.6). What a run leads to past
 * the block's end falls on a place behind it, so that no index needs a test.
 */
export const ZIGZAG: usize = memory.data<u8>([
  0, 2, 16, 32, 18, 4, 6, 20, 34, 48, 64, 50, 36, 22, 8, 10, 24, 38, 52, 66, 80, 96, 82, 68, 54, 40, 26, 12, 14, 28, 42, 56,
  70, 84, 98, 112, 114, 100, 86, 72, 58, 44, 30, 46, 60, 74, 88, 102, 116, 118, 104, 90, 76, 62, 78, 92, 106, 120, 122, 108, 94, 110, 124, 126,
  END, END, END, END, END, END, END, END, END, END, END, END, END, END, END, END,
]);
