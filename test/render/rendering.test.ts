import { expect, test } from 'vitest';
import { type RenderingOptions, renderingOf } from '../../src/render/rendering.ts';
import { renderingTag } from '../../src/render/rendering-tag.ts';

const picture = new Uint8Array(8);

test.each<[name: string, options: unknown, words: RegExp]>([
  ['a quality', { encoding: { pdf: { quality: 0 } } }, /quality of pdf is 0/],
  ['an effort', { encoding: { webp: { effort: 7 } } }, /effort of webp is 7.*0 to 6/],
  ['an effort', { encoding: { avif: { effort: 1.5 } } }, /effort of avif is 1.5.*0 to 10/],
  ['an effort', { encoding: { jpg: { effort: 3 } } }, /effort of jpg is "3".*"fast" or "small"/],
  ['a sampling', { encoding: { jpg: { sampling: '4:2:2' } } }, /sampling of jpg is "4:2:2"/],
  ['a compression', { encoding: { tif: { compression: 'lzw' } } }, /compression of tif is "lzw"/],
  ['colours', { colour: 'p3' }, /colour is "p3"/],
  ['rights', { rights: 'x'.repeat(2001) }, /2001 characters/],
  ['a position', { overlay: { content: { picture }, position: 'middle' } }, /position of an overlay is "middle"/],
  ['a width', { overlay: { content: { picture }, width: 1.1 } }, /width of an overlay is 1.1/],
  ['an opacity', { overlay: [{ content: { picture }, opacity: -1 }] }, /opacity of an overlay is -1/],
  ['a content', { overlay: { content: { picture: 'logo.png' } } }, /content must be/],
  ['words', { overlay: { content: { text: ' ' } } }, /content must be/],
  ['many overlays', { overlay: Array(17).fill({ content: { picture } }) }, /17 overlays/],
  ['a redaction', { redactions: [{ x: 0, y: 0, width: 0, height: 5 }] }, /0 × 5 at 0,0/],
  ['a redaction', { redactions: [{ x: 0, y: 0, width: 5 }] }, /5 × undefined/],
  ['a colour', { redactions: [{ x: 0, y: 0, width: 1, height: 1, colour: [1, 2] }] }, /colour of a redaction is 1,2/],
])('%s that can not work is refused in words: %o', (_, options, words) => {
  const given = options as RenderingOptions;
  expect(() => renderingOf(given)).toThrow(TypeError);
  expect(() => renderingOf(given)).toThrow(words);
});

test('equal options have equal tags, also of another life, and others have others', async () => {
  const overlayOf = (last: number) => ({ content: { picture: Uint8Array.of(1, 2, last) } });
  const optionsOf = (last: number): RenderingOptions => ({ overlay: [overlayOf(9), overlayOf(last)] });
  const tag = await renderingTag(renderingOf(optionsOf(3)));
  expect(await renderingTag(renderingOf(optionsOf(3)))).toBe(tag);
  expect(await renderingTag(structuredClone(renderingOf(optionsOf(3))))).toBe(tag);
  const buffer = { overlay: [overlayOf(9), { content: { picture: Buffer.of(1, 2, 3) } }] };
  expect(await renderingTag(renderingOf(buffer))).toBe(tag);
  const others: RenderingOptions[] = [
    optionsOf(4),
    { overlay: [overlayOf(3), overlayOf(9)] },
    { overlay: [overlayOf(9), { ...overlayOf(3), opacity: 0.5 }] },
    { ...optionsOf(3), redactions: [{ x: 0, y: 0, width: 1, height: 1 }] },
    { ...optionsOf(3), rights: 'all' },
    {},
  ];
  const tags = await Promise.all(others.map((options) => renderingTag(renderingOf(options))));
  expect(new Set([tag, ...tags]).size).toBe(others.length + 1);
});
