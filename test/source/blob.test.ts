import { expect, it } from 'vitest';
import { BlobSource } from '../../src/source/blob.ts';
import { counting } from './range-server.ts';

const bytes = new Uint8Array(counting(1000));
const file = new File([bytes], 'scan.tif', { lastModified: 1_700_000_000_000 });

it('a range of a file is read, clamped to its end', async () => {
  const source = new BlobSource(file);
  expect(await source.read({ offset: 200, length: 50 })).toEqual(bytes.slice(200, 250));
  expect(await source.read({ offset: 990, length: 50 })).toEqual(bytes.slice(990));
});

it('past the end is 416', async () => {
  await expect(new BlobSource(file).read({ offset: 1000, length: 1 })).rejects.toMatchObject({ status: 416 });
});

it('the version changes with time and size', () => {
  const later = new File([bytes], 'scan.tif', { lastModified: 1_700_000_000_001 });
  const longer = new File([bytes, 'x'], 'scan.tif', { lastModified: 1_700_000_000_000 });
  const versions = [file, later, longer].map((each) => new BlobSource(each).version);
  expect(new Set(versions).size).toBe(3);
});

it('a plain Blob has the version it is given, or none', () => {
  expect(new BlobSource(new Blob([bytes])).version).toBeUndefined();
  expect(new BlobSource(new Blob([bytes]), { version: 'pinned' }).version).toBe('pinned');
});

it('an aborted read is not begun', async () => {
  await expect(new BlobSource(file).read({ offset: 0, length: 1 }, { signal: AbortSignal.abort() })).rejects.toThrow(
    'aborted',
  );
});
