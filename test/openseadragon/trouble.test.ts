import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchTile } from '../../src/openseadragon/fetch-tile.ts';
import { troubleOf } from '../../src/openseadragon/trouble.ts';

const { signal } = new AbortController();
const bitmap = { width: 1, height: 1, close: () => undefined };

beforeEach(() => vi.stubGlobal('createImageBitmap', async () => bitmap));
afterEach(() => vi.unstubAllGlobals());

const answer = (headers: Readonly<Record<string, string>>) => () => Promise.resolve(new Response('x', { headers }));

test('a tile that was made from a coarser one tells why', async () => {
  const faultOf = async (headers: Readonly<Record<string, string>>) =>
    (await fetchTile('tile', answer(headers), signal)).fault;
  expect(await faultOf({})).toBeUndefined();
  expect(await faultOf({ 'X-Potto': 'offline' })).toBeUndefined();
  const degraded = { 'X-Potto': 'degraded' };
  expect(await faultOf(degraded)).toBe('unreachable');
  expect(await faultOf({ ...degraded, 'Server-Timing': 'degraded, decode;dur=1.0' })).toBe('unreachable');
  expect(await faultOf({ ...degraded, 'Server-Timing': 'late, degraded, decode;dur=1.0' })).toBe('slow');
  expect(await faultOf({ ...degraded, 'Server-Timing': 'shared, late' })).toBe('slow');
});

test.each([
  [504, 'slow'],
  [503, 'unreachable'],
  [502, 'unreachable'],
  [404, 'refused'],
  [500, 'refused'],
] as const)('%d: %s, in the words of the answer', async (status, fault) => {
  const fetch = () => Promise.resolve(new Response('Words.\n', { status }));
  await expect(fetchTile('tile', fetch, signal)).rejects.toMatchObject({ message: 'Words.', fault });
});

test('no answer at all is one of a way that is gone, or of a wait that had its time', async () => {
  const gone = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(fetchTile('tile', gone, signal)).rejects.toMatchObject({ fault: 'unreachable' });
  const late = () => Promise.reject(new DOMException('signal timed out', 'TimeoutError'));
  await expect(fetchTile('tile', late, signal)).rejects.toMatchObject({ fault: 'slow' });
});

test('the worst is told; what is only slow, once it was asked for again in vain', () => {
  const flaw = { kind: 'less-sharp', fault: 'slow', message: '', isStubborn: false } as const;
  expect(troubleOf([])).toBeUndefined();
  expect(troubleOf([flaw])).toBeUndefined();
  expect(troubleOf([{ ...flaw, isStubborn: true }])).toEqual({ kind: 'less-sharp', cause: 'slow', message: '' });
  const away = { ...flaw, fault: 'unreachable' } as const;
  expect(troubleOf([flaw, away])).toEqual({ kind: 'less-sharp', cause: 'unreachable', message: '' });
  const missing = { ...away, kind: 'missing', message: 'Words.' } as const;
  expect(troubleOf([away, missing])).toEqual({ kind: 'missing', cause: 'unreachable', message: 'Words.' });
  const refused = { ...missing, fault: 'refused', message: 'Damaged.' } as const;
  expect(troubleOf([missing, refused])).toEqual({ kind: 'missing', cause: 'refused', message: 'Damaged.' });
});

test('without a network that is what is told, but of what the server itself refuses', () => {
  vi.stubGlobal('navigator', { onLine: false });
  const flaw = { kind: 'missing', fault: 'unreachable', message: 'Words.', isStubborn: false } as const;
  expect(troubleOf([flaw])?.cause).toBe('offline');
  expect(troubleOf([{ ...flaw, fault: 'refused' }])?.cause).toBe('refused');
});
