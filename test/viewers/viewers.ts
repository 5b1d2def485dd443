/** A viewer that is tried. */
export interface Viewer {
  /** Folder of its page below `demo/docs/viewers/`. */
  readonly name: string;
  readonly label: string;
  /** Package whose version is told. */
  readonly packageName: string;
  /** Selector of the element that shows the picture. */
  readonly stage: string;
  /** What zooms in at a place. */
  readonly zoomsBy: 'wheel' | 'click';
}

const OPENSEADRAGON = { stage: '.openseadragon-canvas', zoomsBy: 'wheel' } as const;

export const VIEWERS: readonly Viewer[] = [
  { name: 'openseadragon', label: 'OpenSeadragon', packageName: 'openseadragon', ...OPENSEADRAGON },
  { name: 'mirador', label: 'Mirador', packageName: 'mirador', ...OPENSEADRAGON },
  { name: 'universal-viewer', label: 'Universal Viewer', packageName: 'universalviewer', ...OPENSEADRAGON },
  { name: 'clover', label: 'Clover', packageName: '@samvera/clover-iiif', ...OPENSEADRAGON, zoomsBy: 'click' },
  { name: 'tify', label: 'TIFY', packageName: 'tify', ...OPENSEADRAGON },
  {
    name: 'leaflet',
    label: 'Leaflet-IIIF',
    packageName: 'leaflet-iiif',
    stage: '.leaflet-container',
    zoomsBy: 'wheel',
  },
  { name: 'openlayers', label: 'OpenLayers', packageName: 'ol', stage: '.ol-viewport', zoomsBy: 'wheel' },
];
