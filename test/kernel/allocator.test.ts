import { expect, test } from 'vitest';
import { ALIGNMENT, Allocator } from '../../src/kernel/allocator.ts';
import { Random } from './random.ts';

test('blocks are aligned and start at the base', () => {
  const allocator = new Allocator(1000);
  expect(allocator.allocate(1)).toBe(1024);
  expect(allocator.allocate(65)).toBe(1088);
  expect(allocator.top).toBe(1088 + 128);
});

test('a freed block is used again, the best fitting one first', () => {
  const allocator = new Allocator(0);
  const [large, , small] = [640, 64, 128, 64].map((size) => allocator.allocate(size));
  allocator.free(large ?? -1);
  allocator.free(small ?? -1);
  expect(allocator.allocate(100)).toBe(small);
  expect(allocator.allocate(500)).toBe(large);
});

test('freed neighbours become one block', () => {
  const allocator = new Allocator(0);
  const blocks = [64, 64, 64, 64].map((size) => allocator.allocate(size));
  for (const index of [0, 2, 1]) allocator.free(blocks[index] ?? -1);
  expect(allocator.allocate(192)).toBe(0);
});

test('freeing the last block lowers the top', () => {
  const allocator = new Allocator(0);
  const [first, second] = [allocator.allocate(64), allocator.allocate(64)];
  allocator.free(first);
  expect(allocator.top).toBe(128);
  allocator.free(second);
  expect(allocator.top).toBe(0);
});

test('what was not allocated can not be freed', () => {
  const allocator = new Allocator(0);
  const address = allocator.allocate(64);
  allocator.free(address);
  expect(() => allocator.free(address)).toThrow(RangeError);
});

test('blocks never overlap, topAfter tells the truth, and all memory comes back', () => {
  const random = new Random(1);
  const allocator = new Allocator(ALIGNMENT);
  const live: { address: number; size: number }[] = [];
  for (let round = 0; round < 2000; round++) {
    if (live.length > 0 && random.real() < 0.5) {
      const [block] = live.splice(random.whole(0, live.length - 1), 1);
      allocator.free(block?.address ?? -1);
      continue;
    }
    const size = random.whole(0, 1000);
    const top = allocator.topAfter(size);
    const address = allocator.allocate(size);
    expect(allocator.top).toBe(top);
    expect(address + size).toBeLessThanOrEqual(top);
    const overlap = live.find((block) => address < block.address + block.size && block.address < address + size);
    expect(overlap).toBeUndefined();
    live.push({ address, size });
  }
  for (const { address } of live) allocator.free(address);
  expect(allocator.top).toBe(ALIGNMENT);
});
