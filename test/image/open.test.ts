import { expect, test } from 'vitest';
import { readStructure } from '../../src/image/open.ts';
import { countingObject } from './counting-object.ts';

const latin1 = (text: string) => Uint8Array.from(text.padEnd(100, '\0'), (character) => character.charCodeAt(0));

const cases: readonly (readonly [string, string, number, string])[] = [
  ['HEIC', '\0\0\0\x1cftypheic', 501, 'vips tiffsave in.heic out.tif --tile --pyramid'],
  ['JP2 without a codestream', '\0\0\0\x0cjP  \r\n\x87\n', 502, 'a box'],
  ['JPEG 2000 codestream without a header', '\xff\x4f\xff\x51\0\x2f', 502, 'damaged'],
  ['PDF', '%PDF-1.7', 501, 'a PDF'],
  ['gzip', '\x1f\x8b\x08\0\0\0\0\0', 501, 'without gzip'],
  ['XML', '<?xml version="1.0"?><Error/>', 501, 'an XML document'],
  ['SVG', '\n<svg xmlns="…">', 501, 'an SVG'],
  ['HTML', '\n <!DOCTYPE html><html>', 502, 'an HTML page'],
  ['HTML after a byte order mark', '\xef\xbb\xbf<HTML>', 502, 'an HTML page'],
  ['anything else', 'hello, world', 502, 'not an image Potto can read'],
];

for (const [name, text, status, words] of cases) {
  test(`${name} is named, at the cost of one read`, async () => {
    const object = countingObject(latin1(text));
    const error = await readStructure(object.read).catch((cause) => cause);
    expect(error).toMatchObject({ name: 'ImageServerError', status, message: expect.stringContaining(words) });
    expect(object.ranges).toHaveLength(1);
  });
}

test('the body of what was found is not in the message', async () => {
  const object = countingObject(latin1('<?xml version="1.0"?><Error>secret</Error>'));
  await expect(readStructure(object.read)).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
});

test('an empty object, whether its length is known or not', async () => {
  for (const objectSize of [() => 0, () => undefined]) {
    const object = countingObject(new Uint8Array(0));
    await expect(readStructure(object.read, { objectSize })).rejects.toMatchObject({
      status: 502,
      message: expect.stringContaining('empty'),
    });
  }
});

test('less than 8 bytes are truncated', async () => {
  const object = countingObject(Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0));
  await expect(readStructure(object.read)).rejects.toMatchObject({
    status: 502,
    message: expect.stringContaining('truncated'),
  });
});

test('failures of the source pass through as they are', async () => {
  const failure = new Error('no network');
  await expect(readStructure(() => Promise.reject(failure))).rejects.toBe(failure);
});
