import { type Measured, measure, type PackContent } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { others, photographs } from '../exhibits.ts';
import { thumbnailUrl } from '../iiif.ts';
import { make } from './parts.ts';
import { problemInWords, sizeInWords } from './words.ts';

/** A work that may be chosen. */
export interface Choice {
  /** An identifier, or the address of a manifest or a collection. */
  readonly target: string;
  readonly title: string;
  readonly isChosen: boolean;
  /** What keeping it takes; undefined until it is known, or where it can't be. */
  readonly measured: Measured | undefined;
}

interface Entry {
  readonly target: string;
  readonly title: string;
  readonly box: HTMLInputElement;
  readonly size: HTMLElement;
  measured: Measured | undefined;
}

export interface Choices {
  readonly current: () => readonly Choice[];
  /** Adds a work that was measured, chosen. One that is there already is chosen. */
  readonly add: (target: string, measured: Measured) => void;
  /** Finds out all sizes anew. */
  readonly measureAll: () => Promise<void>;
  readonly chooseNone: () => void;
}

/** Pixels of the thumbnails. */
const THUMBNAIL = 120;

/** The list of works with check boxes. `changed`: whenever another sum is to be shown. */
export function createChoices(content: () => PackContent, changed: () => void): Choices {
  const list = element('choices', HTMLUListElement);
  const entries: Entry[] = [];
  let round = 0;

  function addEntry(target: string, title: string, thumbnail?: string): Entry {
    const box = make('input', { type: 'checkbox', value: target });
    const size = make('span', { className: 'size' });
    const picture = make('img', { alt: '', className: 'missing' });
    picture.addEventListener('load', () => picture.classList.remove('missing'));
    // Files of other kinds may have to be read whole for a thumbnail.
    if (thumbnail === undefined) picture.className = 'none';
    else picture.src = thumbnail;
    const entry: Entry = { target, title, box, size, measured: undefined };
    box.addEventListener('change', changed);
    list.append(make('li', {}, make('label', {}, box, picture, make('span', { textContent: title }), size)));
    entries.push(entry);
    return entry;
  }

  async function measureEntry(entry: Entry, now: number): Promise<void> {
    const { measured, problem } = await measure(entry.target, { what: content() }).then(
      (measured) => ({ measured, problem: '' }),
      (reason: unknown) => ({ measured: undefined, problem: problemInWords(reason) }),
    );
    if (now !== round) return;
    entry.size.classList.toggle('failed', measured === undefined);
    entry.size.textContent = measured ? sizeOf(measured, content()) : problem;
    entry.measured = measured;
    changed();
  }

  for (const { id, title } of photographs) addEntry(id, title, thumbnailUrl(id, THUMBNAIL));
  for (const { id, title, label } of others) addEntry(id, `${title} (${label})`);

  return {
    current: () =>
      entries.map(({ target, title, box, measured }) => ({ target, title, isChosen: box.checked, measured })),
    add(target, measured) {
      const entry = entries.find((one) => one.target === target) ?? addEntry(target, measured.label);
      entry.box.checked = true;
      entry.measured = measured;
      entry.size.textContent = sizeOf(measured, content());
      changed();
    },
    async measureAll() {
      round += 1;
      const now = round;
      for (const entry of entries) if (now === round) await measureEntry(entry, now);
    },
    chooseNone() {
      for (const { box } of entries) box.checked = false;
      changed();
    },
  };
}

function sizeOf({ bytes, held, images }: Measured, content: PackContent): string {
  const count = images.length > 1 ? `${images.length} images, ` : '';
  const isWhole = content !== 'source' && images.every((image) => image.isWhole);
  const state = held === bytes ? ', here already' : isWhole ? ', can only be kept whole' : '';
  return `${count}${sizeInWords(bytes)}${state}`;
}
