/** A page of the documentation, by its folder below `docs/`; '' is the overview. */
interface DocsPage {
  readonly folder: string;
  readonly label: string;
}

/** In the order in which a newcomer needs them. */
const PAGES: readonly DocsPage[] = [
  { folder: '', label: 'How it works' },
  { folder: 'publish', label: 'Publish a folder' },
  { folder: 'install', label: 'Install by hand' },
  { folder: 'recipes', label: 'Hosts and buckets' },
  { folder: 'embed', label: 'Embed' },
  { folder: 'viewers', label: 'Viewers' },
  { folder: 'options', label: 'Options' },
  { folder: 'rendering', label: 'Rendering and colours' },
  { folder: 'private', label: 'Private images' },
  { folder: 'offline', label: 'Offline and kiosks' },
  { folder: 'monitoring', label: 'Status and alarms' },
  { folder: 'troubleshooting', label: 'Troubleshooting' },
  { folder: 'edge', label: 'Beyond the browser' },
  { folder: 'migration', label: 'From Loris or Cantaloupe' },
  { folder: 'capacity', label: 'Cost and capacity' },
  { folder: 'api', label: 'API' },
];

/** What a page's file begins with; its sections follow. */
const OPENING = /^<title>(.+)<\/title>\n<meta name="description" content="(.+)">\n<p>([\s\S]+?)<\/p>\n/;
const NAVIGATION = /(<nav aria-label="Documentation">)[\s\S]*?(<\/nav>)/;

/**
 * A page of the documentation with all that these pages have in common. Its file holds a `<title>`, a description, one
 * paragraph and sections; of a page that is whole already, only the links to the others are written. `here`: the page's
 * folder on the site; `folders`: of the pages that the site has.
 * @throws {Error} when the file begins otherwise.
 */
export function withDocsFrame(html: string, here: string, folders: readonly string[]): string {
  if (here !== 'docs' && !here.startsWith('docs/')) return html;
  const up = '../'.repeat(here.split('/').length);
  const links = docsLinks(here, folders);
  if (html.startsWith('<!doctype')) return html.replace(NAVIGATION, (_, open, close) => open + links + close);
  const [opening, title = '', description = '', lead = ''] = OPENING.exec(html) ?? [];
  if (opening === undefined) {
    throw new Error(`demo/${here}/index.html has to begin with a <title>, <meta name="description"> and a <p>.`);
  }
  return `<!doctype html>
<html lang="en" data-site="${up}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="${description}">
    <meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <title>${title} · Potto</title>
    <link rel="icon" href="${up}icon.svg" type="image/svg+xml">
    <meta name="theme-color" content="#f6f3ec" media="(prefers-color-scheme: light)">
    <meta name="theme-color" content="#15181a" media="(prefers-color-scheme: dark)">
    <link rel="stylesheet" href="${up}style.css">
    <link rel="stylesheet" href="${up}cards.css">
    <link rel="stylesheet" href="${up}docs/docs.css">
  </head>
  <body>
    <header class="masthead">
      <nav class="pages" aria-label="Pages"></nav>
      <h1><img src="${up}icon.svg" alt="" width="32" height="32">${title}</h1>
      <p>${lead}</p>
    </header>
    <main class="docs">
      <nav aria-label="Documentation">${links}</nav>
${html.slice(opening.length)}    </main>
  </body>
</html>
`;
}

const POLICY =
  "default-src 'self'; img-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'";

/** Links to all pages of the documentation, relative to the page. */
function docsLinks(here: string, folders: readonly string[]): string {
  const toDocs = '../'.repeat(here.split('/').length - 1) || './';
  const items = PAGES.map(({ folder, label }) => ({ path: folder === '' ? 'docs' : `docs/${folder}`, folder, label }))
    .filter(({ path }) => folders.includes(path))
    .map(({ path, folder, label }) => {
      const above = folder !== '' && here.startsWith(`${path}/`);
      const current = path === here ? ' aria-current="page"' : above ? ' aria-current="true"' : '';
      return `<li><a href="${toDocs}${folder === '' ? '' : `${folder}/`}"${current}>${label}</a></li>`;
    });
  return `<ul class="links">${items.join('')}</ul>`;
}
