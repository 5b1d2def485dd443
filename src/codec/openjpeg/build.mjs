// Writes openjpeg.wasm: `npm run build:openjpeg`, on Debian 12. See PROVENANCE.md.
// With a folder as argument, that source tree is taken instead of Debian's package.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '2.5.0-2+deb12u3';

/** SHA-256 of the package's files, as its .dsc has them. */
const SOURCES = {
  'openjpeg2_2.5.0.orig.tar.xz': '007e19d772c8b6b22e35379630b06ff3549e49ba719d96453607a36ad7b4de73',
  'openjpeg2_2.5.0-2+deb12u3.debian.tar.xz': '36dedb0ca4c1659c173feac97c19b31985656f4cd112b1a4d54d54bc4133ad37',
};

/** The encoder falls away when they are linked. */
const FILES =
  'bio cio dwt event function_list ht_dec image invert j2k jp2 mct mqc openjpeg opj_malloc pi sparse_array t1 t2 tcd tgt thread';

/** Bytes of linear memory at most. A unit of 1024² needs up to 100 MB; phones give a worker little more than this. */
const MAX_MEMORY = 512 * 2 ** 20;

const TARGET = ['--target=wasm32-wasi', '-O3'];
const COMPILE =
  '-DNDEBUG -DOPJ_STATIC -ffunction-sections -fdata-sections -fno-math-errno -mbulk-memory -msign-ext -mnontrapping-fptoint';
const LINK = [
  '--gc-sections',
  '--strip-all',
  // A stack that overflows traps, instead of running into the data.
  '--stack-first',
  '-z,stack-size=262144',
  '--initial-memory=2097152',
  `--max-memory=${MAX_MEMORY}`,
  ...['malloc', 'calloc', 'realloc', 'posix_memalign', 'opj_t1_ht_decode_cblk'].map((name) => `--wrap=${name}`),
];

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

/** The package's sources, with its patches, from where this machine has its packages from. */
function sourceTree(folder) {
  const targets = execFileSync('apt-get', [
    'indextargets',
    '--format',
    'deb-src $(SITE) $(RELEASE) $(COMPONENT)',
    'Created-By: Packages',
    'Origin: Debian',
  ]);
  const lists = join(folder, 'sources.list');
  writeFileSync(lists, targets);
  for (const each of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, each), { recursive: true });
  const options = [
    `Dir::Etc::sourcelist=${lists}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  run('apt-get', [...options, '-q', 'update'], folder);
  run('apt-get', [...options, '-q', 'source', '--download-only', `openjpeg2=${VERSION}`], folder);
  for (const [name, expected] of Object.entries(SOURCES)) {
    const found = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (found !== expected) throw new Error(`${name} has SHA-256 ${found} instead of ${expected}`);
  }
  run('dpkg-source', ['-x', `openjpeg2_${VERSION}.dsc`, 'source'], folder);
  return join(folder, 'source');
}

function build(tree, folder) {
  const library = join(tree, 'src/lib/openjp2');
  const compile = (source, object, warnings = ['-w']) => {
    const flags = [...TARGET, ...COMPILE.split(' '), ...warnings, `-I${here('.')}`, `-I${library}`];
    run('clang-19', [...flags, '-c', source, '-o', object]);
    return object;
  };
  const objects = FILES.split(' ').map((name) => compile(join(library, `${name}.c`), join(folder, `${name}.o`)));
  const warnings = ['-Wall', '-Werror'];
  for (const name of ['decode', 'memory', 'high-throughput']) {
    // Not under OpenJPEG's names.
    objects.push(compile(here(`${name}.c`), join(folder, `potto-${name}.o`), warnings));
  }
  const linked = join(folder, 'linked.wasm');
  const link = LINK.map((option) => `-Wl,${option}`);
  run('clang-19', [...TARGET, '-mexec-model=reactor', ...objects, '-o', linked, ...link]);
  const features = ['bulk-memory', 'sign-ext', 'nontrapping-float-to-int'].map((feature) => `--enable-${feature}`);
  run('wasm-opt', ['-O3', ...features, '--strip-producers', linked, '-o', here('openjpeg.wasm')]);
}

const folder = mkdtempSync(join(tmpdir(), 'openjpeg-'));
try {
  build(process.argv[2] ?? sourceTree(folder), folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const hash = createHash('sha256')
  .update(readFileSync(here('openjpeg.wasm')))
  .digest('hex');
process.stdout.write(`openjpeg.wasm: ${statSync(here('openjpeg.wasm')).size} bytes, SHA-256 ${hash}\n`);
