import { catalogue } from '../catalogue.ts';
import { type Exhibit, exhibitAt, photographs } from '../exhibits.ts';
import type { Region } from '../iiif.ts';
import { regionOfHash } from '../region-hash.ts';
import { resultAt } from '../search/results.ts';
import { type Shape, shapeOf } from './shape.ts';

/** A photograph or a part of it, in words and numbers. */
export interface Work {
  readonly image: Exhibit;
  readonly region: Region | undefined;
  readonly title: string;
  readonly shape: Shape;
}

/** The work that the part of an address after `#` names, else the first. */
export function workAt(hash: string): Work {
  const image = exhibitAt(hash) ?? photographs[0];
  const stored = catalogue.find(({ id }) => id === image?.id);
  if (!image || !stored) throw new Error('This picture is not in the catalogue: see demo/images/images.json.');
  const region = regionOfHash(hash);
  const title = resultAt(image.id, region)?.title ?? 'A detail';
  return { image, region, title, shape: shapeOf(stored, region) };
}
