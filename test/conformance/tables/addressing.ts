import type { ErrorRow, ImageRow } from '../rows.ts';

/** Sections 2, 3 and 9: identifiers; those of section 9's table among them. */
export const identifiers = (whole: 'full' | 'max'): readonly ImageRow[] => [
  ['9 ark:/12025/654xz321', `ark:%2F12025%2F654xz321/full/${whole}/0/default.png`, [300, 200]],
  ['9 encoded in lower case', `ark:%2f12025%2f654xz321/full/${whole}/0/default.png`, [300, 200]],
  ['9 more encoded than needed', `ark%3A%2F12025%2F654xz321/full/${whole}/0/default.png`, [300, 200]],
  ['9 urn:foo:a123,456', `urn:foo:a123,456/full/${whole}/0/default.png`, [300, 200]],
  [
    '9 decoded once: %253C is %3C',
    `urn:sici:1046-8188(199501)13:1%253C69:FTTHBI%253E2.0.TX;2-4/full/${whole}/0/default.png`,
    [300, 200],
  ],
  ['3 a space', `two%20words/full/${whole}/0/default.png`, [300, 200]],
  ['3 a plus sign is no space', `a+b/full/${whole}/0/default.png`, [300, 200]],
  ['3 not ASCII', `m%C3%BChle/full/${whole}/0/default.png`, [300, 200]],
  ['3 not Latin', `%E6%9C%AC/full/${whole}/0/default.png`, [300, 200]],
  ['3 a percent sign', `50%25/full/${whole}/0/default.png`, [300, 200]],
  ['3 an identifier that is called 2', `2/full/${whole}/0/default.png`, [300, 200]],
  ['3 an identifier that is called 3', `3/full/${whole}/0/default.png`, [300, 200]],
  ['2 a query is no part of the request', `example/full/${whole}/0/default.png?download=1`, [300, 200]],
];

export const addressingErrors = (whole: 'full' | 'max'): readonly ErrorRow[] => [
  ['7 an identifier that does not exist', `nowhere/full/${whole}/0/default.png`, 404],
  ['7 info.json of an identifier that does not exist', 'nowhere/info.json', 404],
  ['7 identifiers are told apart by case', 'MAP/info.json', 404],
  ['9 not percent-encoded', `%zz/full/${whole}/0/default.png`, 400],
  ['9 percent-encoded, but no UTF-8', '%E6%9C/info.json', 400],
  ['9 a broken escape in the region', `map/%/${whole}/0/default.png`, 400],
  ['9 decoded twice it would be the ark', 'ark:%252F12025%252F654xz321/info.json', 404],
  ['3 slashes that are not encoded', 'ark:/12025/654xz321/info.json', 400],
  ['3 slashes that are not encoded, in an image request', `ark:/12025/654xz321/full/${whole}/0/default.png`, 400],
  ['2.1 a parameter is missing', `map/full/${whole}/default.png`, 400],
  ['2.1 a parameter too many', `map/full/${whole}/0/0/default.png`, 400],
  ['2.1 a slash at the end', `map/full/${whole}/0/default.png/`, 400],
  ['2.2 another file than info.json', 'map/info.xml', 400],
  ['2.2 info.json with a slash', 'map/info.json/', 400],
  ['2.2 names are in lower case', 'map/INFO.json', 400],
  ['10 a path out of the folder', '..%2F..%2Fetc%2Fpasswd/info.json', 400],
  ['10 a control character', 'a%00b/info.json', 400],
  ['10 parameters of absurd length', `map/${'0'.repeat(3000)},0,1,1/${whole}/0/default.png`, 400],
];
