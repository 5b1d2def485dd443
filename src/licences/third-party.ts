/** Somebody else's work that is built into the package. */
export interface ThirdParty {
  /** As a reader knows it; several that share their terms stand in one line. */
  readonly name: string;
  /** The package it comes from; undefined for what a package holds beside its own, or is built here. */
  readonly package?: string;
  /** Files of a site that hold it, wasm files without their extension. The package's libraries hold what these do. */
  readonly within: readonly string[];
  /** Paths of the licence's text: in `node_modules`, or from the project on where they begin with `./`. */
  readonly texts: readonly string[];
  /** What its terms ask to be said, or names whose work is in it. */
  readonly words?: string;
}

const APACHE = '@jsquash/jpeg/LICENSE';
const LIBWEBP = '@jsquash/webp/codec/LICENSE.codec.md';

/**
 * All that is neither Potto's own nor in the public domain. The build fails when a script holds a package that isn't named
 * here.
 */
export const THIRD_PARTY: readonly ThirdParty[] = [
  {
    name: 'OpenSeadragon',
    package: 'openseadragon',
    within: ['potto-viewer.js', 'pages of potto publish'],
    texts: ['openseadragon/LICENSE.txt'],
  },
  { name: 'Workbox', package: 'workbox-core', within: ['potto-sw.js'], texts: ['workbox-core/LICENSE'] },
  { name: 'idb', package: 'idb', within: ['potto-sw.js'], texts: ['idb/LICENSE'] },
  { name: 'aws4fetch', package: 'aws4fetch', within: ['potto-later'], texts: ['aws4fetch/LICENSE'] },
  { name: 'gifenc', package: 'gifenc', within: ['potto-later'], texts: ['gifenc/LICENSE.md'] },
  {
    name: 'zstddec, Zstandard',
    package: 'zstddec',
    within: ['potto-later', 'zstd'],
    texts: ['zstddec/LICENSE'],
  },
  {
    name: 'LERC',
    package: 'lerc',
    within: ['potto-later', 'lerc'],
    texts: [APACHE],
    words: 'Copyright Esri. The source is at https://github.com/Esri/lerc.',
  },
  { name: 'lcms-wasm', package: 'lcms-wasm', within: ['potto-later', 'lcms'], texts: ['lcms-wasm/LICENSE.md'] },
  { name: 'Little CMS', within: ['lcms'], texts: ['./src/licences/little-cms.txt'] },
  {
    name: 'jSquash: @jsquash/jpeg',
    package: '@jsquash/jpeg',
    within: ['potto-later', 'jpeg-decode', 'jpeg-encode'],
    texts: [APACHE],
  },
  {
    name: 'MozJPEG, libjpeg-turbo',
    within: ['jpeg-decode', 'jpeg-encode'],
    texts: ['@jsquash/jpeg/codec/LICENSE.codec.md'],
    words: 'This software is based in part on the work of the Independent JPEG Group.',
  },
  {
    name: 'jSquash: @jsquash/webp',
    package: '@jsquash/webp',
    within: ['potto-later', 'webp-decode', 'webp-encode'],
    texts: [APACHE],
  },
  { name: 'libwebp, libsharpyuv', within: ['webp-decode', 'webp-encode', 'avif-encode'], texts: [LIBWEBP] },
  {
    name: 'jSquash: @jsquash/png, and the Rust crates png, miniz_oxide, fdeflate, crc32fast, wasm-bindgen',
    package: '@jsquash/png',
    within: ['potto-later', 'png'],
    texts: [APACHE],
    words: 'Copyright of each crate by its authors, who offer it under MIT or Apache-2.0.',
  },
  {
    name: 'jSquash: @jsquash/avif',
    package: '@jsquash/avif',
    within: ['potto-later', 'avif-decode', 'avif-encode'],
    texts: [APACHE],
  },
  { name: 'libavif', within: ['avif-decode', 'avif-encode'], texts: ['./src/licences/libavif.txt'] },
  { name: 'libaom', within: ['avif-decode', 'avif-encode'], texts: ['./src/licences/libaom.txt'] },
  { name: 'OpenJPEG', within: ['openjpeg'], texts: ['./src/codec/openjpeg/LICENSE'] },
  { name: 'musl, in wasi-libc', within: ['openjpeg'], texts: ['./src/licences/musl.txt'] },
];
