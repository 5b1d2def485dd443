import { isObject, textOf } from './json.ts';

/**
 * A label of the Presentation API in the first of these languages that it has, else in whichever it is: a map of
 * languages (3.0), a text, or texts with `@language` (2.1). '' where there is none.
 */
export function labelOf(value: unknown, languages: readonly string[]): string {
  const texts = textsOf(value);
  for (const wanted of languages) {
    // Of several scripts or countries the very one, if it is there.
    const same = texts.find(({ language }) => language.toLowerCase() === wanted.toLowerCase());
    const found = same ?? texts.find(({ language }) => primary(language) === primary(wanted));
    if (found) return found.text;
  }
  return (texts.find(({ language }) => language === 'none') ?? texts[0])?.text ?? '';
}

interface Text {
  readonly language: string;
  readonly text: string;
}

function textsOf(value: unknown): readonly Text[] {
  const plain = textOf(value);
  if (plain !== undefined) return [{ language: 'none', text: plain }];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!isObject(value)) return [];
  const valued = textOf(value['@value']);
  if (valued !== undefined) return [{ language: textOf(value['@language']) ?? 'none', text: valued }];
  return Object.entries(value).flatMap(([language, list]) =>
    (Array.isArray(list) ? list : []).filter((text) => typeof text === 'string').map((text) => ({ language, text })),
  );
}

function primary(language: string): string {
  return language.toLowerCase().split('-', 1)[0] ?? '';
}
