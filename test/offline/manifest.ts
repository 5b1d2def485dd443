import type { ImageInfo } from './questions.ts';

export interface Page extends ImageInfo {
  /** URL of its image service. */
  readonly service: string;
}

/** A book as a manifest of the Presentation API 3.0: one canvas for each page. */
export function manifestOf(id: string, pages: readonly Page[]): string {
  const items = pages.map(({ service, width, height }, index) => {
    const canvas = `${id}/canvas/${index + 1}`;
    const body = {
      id: `${service}/full/max/0/default.jpg`,
      type: 'Image',
      format: 'image/jpeg',
      width,
      height,
      service: [{ id: service, type: 'ImageService3', profile: 'level2' }],
    };
    const annotation = { id: `${canvas}/image`, type: 'Annotation', motivation: 'painting', target: canvas, body };
    const annotations = [{ id: `${canvas}/page`, type: 'AnnotationPage', items: [annotation] }];
    return { id: canvas, type: 'Canvas', width, height, items: annotations };
  });
  return JSON.stringify({
    '@context': 'http://iiif.io/api/presentation/3/context.json',
    id,
    type: 'Manifest',
    label: { none: ['A book'] },
    items,
  });
}
