import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escaped } from './html.ts';

const PLACE = /<!-- file ([\w/.-]+) -->/g;

/** Shows files of `demo/public/` on a page, where it says `<!-- file PATH -->`, with a link to each. `up`: from the page to the site's root. `root`: of the project. */
export function withShownFiles(html: string, up: string, root: string): string {
  return html.replace(PLACE, (_, path: string) => {
    const text = readFileSync(join(root, 'demo/public', path), 'utf8').trimEnd();
    const name = path.split('/').at(-1);
    return `<figure class="file"><figcaption><a href="${up}${path}" download>${name}</a></figcaption><pre><code>${escaped(text)}</code></pre></figure>`;
  });
}
