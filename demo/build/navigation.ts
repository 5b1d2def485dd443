/** A page of the site, by the name of its folder; '' is the start page. */
interface NavigationEntry {
  readonly folder: string;
  readonly label: string;
}

const ENTRIES: readonly NavigationEntry[] = [
  { folder: 'search', label: 'Search' },
  { folder: '', label: 'Zoom' },
  { folder: 'open', label: 'Your own file' },
  { folder: 'compare', label: 'Compare' },
  { folder: 'curator', label: 'Keep offline' },
  { folder: 'kiosk', label: 'Kiosk' },
  { folder: 'status', label: 'Status' },
  { folder: 'docs', label: 'Docs' },
];

/** Where a page without an entry belongs to. */
const PARENTS: Readonly<Record<string, string>> = { work: 'search' };

const PLACE = '<nav class="pages" aria-label="Pages"></nav>';

/**
 * Puts links to all pages at the empty `<nav class="pages">` of a page, so that they are there before any script is.
 * `here`: the page's own folder; `folders`: of the pages that the site has.
 */
export function withNavigation(html: string, here: string, folders: readonly string[]): string {
  const base = here === '' ? './' : '../'.repeat(here.split('/').length);
  const [top = ''] = here.split('/');
  const links = ENTRIES.filter(({ folder }) => folders.includes(folder)).map(({ folder, label }) => {
    const current = folder === here ? ' aria-current="page"' : '';
    const above = current === '' && folder === (PARENTS[top] ?? top) ? ' aria-current="true"' : '';
    return `<a href="${base}${folder === '' ? '' : `${folder}/`}"${current}${above}>${label}</a>`;
  });
  return html.replace(PLACE, `${PLACE.slice(0, -'</nav>'.length)}${links.join(' ')}</nav>`);
}
