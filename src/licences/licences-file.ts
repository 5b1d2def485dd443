/** What `potto init` and `potto publish` copy, too: who hands programs on hands on the words of their licences. */
export const LICENCES_FILE = 'potto-licences.txt';
