/**
 * Stands for the site's address in documents that were published without one; the site's worker puts its own in its place.
 * No such address can exist (RFC 6761, section 6.4).
 */
export const SITE_PLACEHOLDER = 'https://site.invalid/';
