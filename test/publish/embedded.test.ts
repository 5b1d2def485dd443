import { expect, test } from 'vitest';
import { describedByFile } from '../../src/publish/embedded.ts';
import { readExifText } from '../../src/publish/exif-text.ts';
import { readIptc } from '../../src/publish/iptc.ts';
import { describedIn, readMetadataTable } from '../../src/publish/metadata-csv.ts';
import { slugOf, titleOf, uniqueNames } from '../../src/publish/names.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function dataset(number: number, value: Uint8Array): number[] {
  return [0x1c, 2, number, value.length >> 8, value.length & 255, ...value];
}

const iim = Uint8Array.from([
  ...dataset(5, bytes('Title')),
  ...dataset(80, bytes('First')),
  ...dataset(80, bytes('Second')),
  ...dataset(55, bytes('19041231')),
  // Latin-1, as old programs wrote.
  ...dataset(90, Uint8Array.from([0x5a, 0xfc, 0x72, 0x69, 0x63, 0x68])),
  ...dataset(116, bytes('http://creativecommons.org/licenses/by/4.0/')),
]);

test('IPTC is read bare and within a Photoshop block', () => {
  const block = Uint8Array.from([
    ...bytes('Photoshop 3.0\0'),
    ...bytes('8BIM'),
    4,
    4,
    0,
    0,
    0,
    0,
    0,
    iim.length,
    ...iim,
  ]);
  for (const found of [readIptc(iim), readIptc(block)]) {
    expect(found.title).toBe('Title');
    expect(found.creators).toEqual(['First', 'Second']);
    expect(found.date).toBe('1904-12-31');
    expect(found.place).toBe('Zürich');
  }
});

test('a copyright that is an address becomes the rights', () => {
  const { rights, attribution, metadata } = describedByFile(undefined, iim);
  expect(rights).toBe('http://creativecommons.org/licenses/by/4.0/');
  expect(attribution).toBeUndefined();
  expect(metadata).toContainEqual(['Creator', 'First; Second']);
});

test('damaged metadata say nothing, and end', () => {
  const exif = Uint8Array.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 255, 255, ...Array.from({ length: 60 }, () => 255)]);
  expect(readExifText(exif)).toEqual({});
  expect(readExifText(new Uint8Array(3))).toEqual({});
  expect(readIptc(iim.subarray(0, 7)).creators).toEqual([]);
});

test('a table is read with commas or semicolons, quotes, line breaks and a byte order mark', () => {
  const comma = readMetadataTable('\ufefffile,Title,Note\r\n"a, b.tif","He said ""yes""","two\nlines"\r\n');
  expect(describedIn(comma, 'A, b.TIF')).toMatchObject({ title: 'He said "yes"', metadata: [['Note', 'two\nlines']] });
  const semicolon = readMetadataTable('Folder;Titel;description\nbooks/atlas/;Atlas;Old\n');
  expect(describedIn(semicolon, 'books/atlas')).toMatchObject({ summary: 'Old', metadata: [['Titel', 'Atlas']] });
  expect(() => readMetadataTable('a,b\n')).toThrow('needs a column "file"');
});

test('names become addresses that every host serves', () => {
  expect(slugOf('Karte; #1 (50%)?.v2')).toBe('Karte-1-50-.v2');
  expect(slugOf('../..')).toBe('unnamed');
  expect(slugOf('e\u0301te')).toBe('éte');
  expect(titleOf('0012_old-map.tif')).toBe('0012 old map');
  const unique = uniqueNames();
  expect(['Map', 'map', 'map-2'].map(unique)).toEqual(['Map', 'map-2', 'map-2-2']);
});
