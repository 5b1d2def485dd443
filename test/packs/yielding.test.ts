import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPackDesk } from '../../src/packs/create-desk.ts';
import { MemoryPackStore } from '../../src/packs/memory-store.ts';
import { Shelf } from '../../src/packs/shelf.ts';
import { PARTS } from '../../src/parts.ts';
import { httpFinder } from '../../src/source/finder.ts';
import { type Subject, startSubject } from './subject.ts';

let subject: Subject;
beforeEach(async () => {
  subject = await startSubject();
});
afterEach(() => subject.close());

function deskWith(bytes: () => Promise<number>) {
  const freed: number[] = [];
  const yielding = { bytes, giveWay: async (some: number) => freed.push(some) };
  const finder = httpFinder(`${subject.store.origin}/{id}.tif`);
  const shelf = new Shelf(new MemoryPackStore());
  return { freed, desk: createPackDesk({ shelf, finder, opener: PARTS.opener, prefix: '/iiif/', yielding }) };
}

test('what gives way to packs is told with the room, and frees what is asked of it', async () => {
  const { desk, freed } = deskWith(async () => 700);
  expect(await desk.room()).toMatchObject({ used: 0, yielding: 700 });
  await desk.giveWay({ bytes: 300 });
  expect(freed).toEqual([300]);
});

test('a cache that can’t be read counts as none', async () => {
  const { desk } = deskWith(() => Promise.reject(new Error('unreadable')));
  expect(await desk.room()).toMatchObject({ yielding: 0 });
});
