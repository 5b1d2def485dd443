import { contentTag } from './content-tag.ts';
import type { Rendering } from './rendering.ts';

const tags = new WeakMap<Rendering, Promise<string>>();

/** Tells answers apart that were rendered under other options. Equal options, even of another life, have equal tags. */
export function renderingTag(rendering: Rendering): Promise<string> {
  const known = tags.get(rendering);
  if (known) return known;
  const tag = contentTag(rendering);
  tags.set(rendering, tag);
  return tag;
}
