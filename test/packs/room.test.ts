import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import { PackDownload } from '../../src/packs/download.ts';
import { OBJECT, order, type Subject, startSubject, takeBytes } from './subject.ts';

let subject: Subject;

beforeAll(async () => {
  subject = await startSubject();
});
afterAll(() => subject.close());

test('a download that does not fit ends before anything of it is fetched, and goes on when there is room', async () => {
  const keeper = subject.keeper();
  await order(keeper, 'pack', ['a']);
  takeBytes(subject.store);
  const asked: number[] = [];
  let hasRoom = false;
  const room = async (bytes: number) => {
    asked.push(bytes);
    if (!hasRoom) throw new ImageServerError(507, 'No room');
  };
  const start = () => new PackDownload(keeper.desk, 'pack', { wait: async () => undefined, room });
  await expect(start().done).rejects.toMatchObject({ status: 507 });
  expect(takeBytes(subject.store)).toBe(0);
  hasRoom = true;
  expect(await start().done).toMatchObject({ isComplete: true });
  expect(asked).toEqual([OBJECT.length, OBJECT.length]);
});

test('a pack of which nothing is missing needs no room', async () => {
  const keeper = subject.keeper();
  const room = () => Promise.reject(new ImageServerError(507, 'No room'));
  const download = new PackDownload(keeper.desk, 'pack', { wait: async () => undefined, room });
  expect(await download.done).toMatchObject({ isComplete: true });
});

test('a download for which room was made asks for none, and for the rest where more is missing than that', async () => {
  const keeper = subject.keeper();
  await order(keeper, 'granted', ['a']);
  const asked: number[] = [];
  const room = async (bytes: number) => void asked.push(bytes);
  const options = { wait: async () => undefined, room };
  expect(await new PackDownload(keeper.desk, 'granted', { ...options, granted: OBJECT.length }).done).toMatchObject({
    isComplete: true,
  });
  expect(asked).toEqual([]);
  await order(keeper, 'more', ['b']);
  await new PackDownload(keeper.desk, 'more', { ...options, granted: OBJECT.length - 1 }).done;
  expect(asked).toEqual([OBJECT.length]);
});
