import { importPack, type PackDownload, packs, resumePacks } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { createPackEntry, type PackEntry } from './pack-entry.ts';
import { announce, show, takeDrops, trying } from './parts.ts';
import { sizeInWords } from './words.ts';

export interface PackList {
  /** Shows a download that has begun. */
  readonly follow: (download: PackDownload) => Promise<void>;
  /** Shows all packs, and goes on with those of which something is missing. */
  readonly start: () => Promise<void>;
}

/** The list of packs. `changed`: what is kept is another by now. */
export function createPackList(changed: () => void): PackList {
  const list = element('packs', HTMLUListElement);
  const entries = new Map<string, PackEntry>();

  async function refresh(): Promise<void> {
    const all = await packs();
    for (const [id, { item }] of entries) {
      if (all.some((pack) => pack.id === id)) continue;
      item.remove();
      entries.delete(id);
    }
    for (const pack of all) {
      const known = entries.get(pack.id);
      known?.update(pack);
      if (known) continue;
      const entry = createPackEntry(pack, { changed: refreshLater, fetchAgain: resume });
      entries.set(pack.id, entry);
      list.append(entry.item);
    }
    element('no-packs', HTMLElement).hidden = all.length > 0;
    changed();
  }

  function refreshLater(): void {
    refresh().catch(() => undefined);
  }

  async function follow(download: PackDownload): Promise<void> {
    await refresh();
    entries.get(download.id)?.follow(download);
  }

  async function resume(): Promise<void> {
    for (const download of await resumePacks()) await follow(download);
  }

  wireImport(refresh);
  return {
    follow,
    async start() {
      await refresh();
      await resume();
    },
  };
}

function wireImport(imported: () => Promise<void>): void {
  const picker = element('import-file', HTMLInputElement);
  const place = element('import-progress', HTMLElement);
  const start = element('import', HTMLButtonElement);
  const take = async (file: File | undefined) => {
    if (!file || start.disabled) return;
    start.disabled = true;
    place.hidden = false;
    await trying(element('import-problem', HTMLElement), async () => {
      const pack = await importPack(file, {
        onProgress: ({ bytes, bytesDone }) => showProgress(place, bytesDone, bytes),
      });
      announce(`${pack.label} was imported.`);
    });
    place.hidden = true;
    start.disabled = false;
    await imported();
  };
  start.addEventListener('click', () => picker.click());
  picker.addEventListener('change', async () => {
    await take(picker.files?.[0]);
    picker.value = '';
  });
  takeDrops(element('packs-card', HTMLElement), (data) => void take(data.files[0]));
  show(element('import-problem', HTMLElement), undefined);
}

function showProgress(place: HTMLElement, done: number, all: number): void {
  const bar = place.querySelector('progress');
  const words = place.querySelector('span');
  if (bar) Object.assign(bar, { max: Math.max(1, all), value: done });
  if (words) words.textContent = `${sizeInWords(done)} of ${sizeInWords(all)}`;
}
