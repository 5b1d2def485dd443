import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin, type UserConfig } from 'vite';
import { apiReference } from './demo/build/api-reference.ts';
import { optionsReference } from './demo/build/options-reference.ts';
import { pagesAtTheirPlace, pagesOf } from './demo/build/pages.ts';
import { demoSite } from './demo/build/site.ts';
import { WASM_FILES } from './src/codec/wasm-files.ts';
import { wasmContent } from './src/host/wasm-content.ts';
import { LICENCES_FILE } from './src/licences/licences-file.ts';
import { assertLicensed, licencesText, packagesAmong } from './src/licences/licences-text.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** The wasm that ships beside the worker: file name → content. */
const wasmFiles = () =>
  new Map(
    Object.entries(WASM_FILES).map(([name, from]) => [
      `${name}.wasm`,
      wasmContent(new Uint8Array(readFileSync(resolve(from)))),
    ]),
  );

/** Tells one set of wasm files from another. */
function buildName(): string {
  const hash = createHash('sha256');
  for (const content of wasmFiles().values()) hash.update(content);
  return hash.digest('hex').slice(0, 12);
}

/** Files that are built already: file name → content. */
function emit(files: ReadonlyMap<string, string | Uint8Array>): Plugin {
  return {
    name: 'emit',
    generateBundle() {
      for (const [fileName, source] of files) this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

/** A service worker has no `import()`: the build fails where one is left. */
function withoutDynamicImport(): Plugin {
  return {
    name: 'without-dynamic-import',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk' && /\bimport\s*\(/.test(file.code)) this.error(`${file.fileName} contains import()`);
      }
    },
  };
}

/** The licence of everything that is built in has to come along. */
function licensed(): Plugin {
  return {
    name: 'licensed',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      assertLicensed(packagesAmong(chunks.flatMap(({ moduleIds }) => moduleIds)));
    },
  };
}

const browserDefines = { __BUILD__: JSON.stringify(buildName()) };

/**
 * What `dist/potto-sw.js` loads when it first needs it, a classic script too. Its name holds the hash of its content, so
 * that scripts of two versions never meet.
 */
async function laterScript(): Promise<{ readonly fileName: string; readonly code: string }> {
  // One class for both scripts, as `sw/static.ts` hands them on.
  const globals = { [path('src/errors.ts')]: 'potto.errors', [path('src/source/source.ts')]: 'potto.sourceErrors' };
  const built = await build({
    configFile: false,
    plugins: [withoutDynamicImport(), licensed()],
    define: browserDefines,
    publicDir: false,
    build: {
      write: false,
      rolldownOptions: {
        input: path('sw/later.ts'),
        preserveEntrySignatures: 'strict',
        external: Object.keys(globals),
        output: {
          format: 'iife',
          name: 'pottoLater',
          globals,
          entryFileNames: 'potto-later-[hash].js',
          codeSplitting: false,
        },
      },
    },
  });
  if (!('output' in built)) throw new Error('There is more than one build of sw/later.ts');
  const [script] = built.output;
  return script;
}

/** `dist/potto-sw.js`, a classic script, the script that it loads later, the wasm files, and the licences of everything. */
async function worker(): Promise<UserConfig> {
  const { fileName, code } = await laterScript();
  return {
    plugins: [
      withoutDynamicImport(),
      licensed(),
      emit(wasmFiles()),
      emit(
        new Map([
          [fileName, code],
          [LICENCES_FILE, licencesText(path('./'))],
        ]),
      ),
    ],
    define: { ...browserDefines, __LATER_SCRIPT__: JSON.stringify(fileName) },
    publicDir: false,
    build: {
      outDir: path('dist'),
      emptyOutDir: true,
      rolldownOptions: {
        input: path('sw/static.ts'),
        output: { format: 'iife', entryFileNames: 'potto-sw.js', codeSplitting: false },
      },
    },
  };
}

/** An ESM library of these entries, by name. */
const libraryOf = (entry: Readonly<Record<string, string>>): UserConfig => ({
  plugins: [licensed()],
  define: browserDefines,
  publicDir: false,
  build: { outDir: path('dist'), emptyOutDir: false, minify: false, lib: { entry, formats: ['es'] } },
});

/** `potto`, for pages: one file, which a page without a bundler loads as it is. */
const page = libraryOf({ index: path('src/index.ts') });

/** `potto-viewer.js`: the viewer with all that it needs, for pages without a bundler. */
async function wholeViewer(): Promise<void> {
  await build({
    ...{ configFile: false, publicDir: false, logLevel: 'warn' },
    plugins: [licensed()],
    build: {
      outDir: path('dist'),
      emptyOutDir: false,
      rolldownOptions: {
        input: path('src/viewer/index.ts'),
        // Its element is defined by the mere loading.
        preserveEntrySignatures: 'strict',
        output: {
          format: 'es',
          entryFileNames: 'potto-viewer.js',
          codeSplitting: false,
          // The file may be handed on alone, and its licence asks to go along.
          postBanner: `/*! Potto (MIT), with OpenSeadragon: \n${readFileSync(resolve('openseadragon/LICENSE.txt'), 'utf8')}*/`,
        },
      },
    },
  });
}

/** `potto/viewer` and `potto/openseadragon`, which share the OpenSeadragon of the page that bundles them. */
async function viewer(): Promise<UserConfig> {
  await wholeViewer();
  const { build: options, ...config } = libraryOf({
    viewer: path('src/viewer/index.ts'),
    openseadragon: path('src/openseadragon/index.ts'),
  });
  return { ...config, build: { ...options, rolldownOptions: { external: ['openseadragon'] } } };
}

/** Edge runtimes take wasm only as files that are imported: those beside the library. */
function importedWasm(): Plugin {
  return {
    name: 'imported-wasm',
    enforce: 'pre',
    resolveId(specifier) {
      const [, name] = /^potto\/([\w-]+\.wasm)$/.exec(specifier) ?? [];
      return name === undefined ? undefined : { id: `./${name}`, external: true };
    },
  };
}

/** `potto/sw` (for a bundled worker), `potto/server` (the core), `potto/edge` (the core as a worker of an edge runtime). */
const library: UserConfig = {
  ...libraryOf({ sw: path('sw/sw.ts'), server: path('src/server.ts'), edge: path('src/host/edge.ts') }),
  plugins: [importedWasm(), licensed()],
};

/** `dist/cli.js`, for Node, and in `dist/site` the pages that `potto publish` copies. */
async function cli(): Promise<UserConfig> {
  await publishedSite();
  return {
    plugins: [licensed()],
    publicDir: false,
    // It carries a library of native code, which is found where it is installed.
    ssr: { noExternal: true, external: ['sharp'] },
    build: {
      ssr: path('src/cli/main.ts'),
      outDir: path('dist'),
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'cli.js' } },
    },
  };
}

/** The pages of a published site, and the part of its worker that keeps them. */
async function publishedSite(): Promise<void> {
  const root = path('src/publish/site');
  const shared = { configFile: false, publicDir: false, logLevel: 'warn' } as const;
  await build({
    ...shared,
    plugins: [licensed()],
    root,
    base: './',
    build: {
      outDir: path('dist/site'),
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { input: ['index', 'work', 'zoom'].map((name) => `${root}/${name}.html`) },
    },
  });
  await build({
    ...shared,
    plugins: [withoutDynamicImport()],
    build: {
      outDir: path('dist/site'),
      emptyOutDir: false,
      rolldownOptions: {
        input: path('src/publish/worker/site-worker.ts'),
        output: { format: 'iife', entryFileNames: 'site-worker.js', codeSplitting: false },
      },
    },
  });
}

/** `dist/demo`, a static site that has the worker installed as a user would. */
const demo: UserConfig = {
  base: './',
  publicDir: path('demo/public'),
  plugins: [optionsReference(), apiReference(), pagesAtTheirPlace(), demoSite()],
  build: {
    outDir: path('dist/demo'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: [...pagesOf(path('.'))] },
  },
};

type Build = UserConfig | (() => Promise<UserConfig>);
const builds: Readonly<Record<string, Build>> = { worker, page, library, viewer, cli };

export default defineConfig(({ mode }) => {
  const config = builds[mode] ?? demo;
  return typeof config === 'function' ? config() : config;
});
