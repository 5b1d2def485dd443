import { isObject, textOf } from './json.ts';

/** A text of a manifest. */
export interface Label {
  /** '' where there is none. */
  readonly text: string;
  /** Its language tag (BCP 47), where it is told. */
  readonly language: string | undefined;
}

/** What can be the value of a `lang` attribute; `none` and the like can't. */
const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[a-z\d]{1,8})*$/i;

/**
 * A label of the Presentation API in the first of these languages that it has, else in whichever it is: a map of
 * languages (3.0), a text, or texts with `@language` (2.1).
 */
export function labelOf(value: unknown, languages: readonly string[]): Label {
  const { text, language } = bestOf(textsOf(value), languages) ?? { text: '', language: '' };
  return { text, language: LANGUAGE_TAG.test(language) ? language : undefined };
}

function bestOf(texts: readonly Text[], languages: readonly string[]): Text | undefined {
  for (const wanted of languages) {
    // Of several scripts or countries the very one, if it is there.
    const same = texts.find(({ language }) => language.toLowerCase() === wanted.toLowerCase());
    const found = same ?? texts.find(({ language }) => primary(language) === primary(wanted));
    if (found) return found;
  }
  return texts.find(({ language }) => language === 'none') ?? texts[0];
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
