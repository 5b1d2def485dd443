/**
 * Base URL of the demo site, with a slash at the end. A page in a folder below says in `<html data-site="../">` where that
 * is, so that everything works under a sub-path.
 */
export const siteUrl = new URL(document.documentElement.dataset.site ?? './', document.baseURI).href;
