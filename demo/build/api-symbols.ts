import { type ESTree, Visitor } from 'vite';
import { type ApiModule, type Declared, type NameElsewhere, readModule } from './api-module.ts';

/** A property or method of an interface or a class. */
export interface ApiMember {
  readonly name: string;
  readonly signature: string;
  /** Its doc comment, without the stars; '' where it has none. */
  readonly text: string;
}

/** Something that an entry of the package exports, or that such a thing names. */
export interface ApiSymbol {
  readonly name: string;
  readonly file: string;
  readonly kind: 'function' | 'constant' | 'class' | 'interface' | 'type';
  readonly signature: string;
  /** Its doc comment, without the stars; '' where it has none. */
  readonly text: string;
  readonly members: readonly ApiMember[];
  /** What it names of the project's own. */
  readonly mentions: readonly NameElsewhere[];
}

/** Re-exports in a row that are followed: far more than there are. */
const MAX_HOPS = 20;

/** Reads what modules export, each file once. */
export class ApiReader {
  readonly #modules = new Map<string, ApiModule>();

  /** What a module exports, in its order. @throws {Error} when a name leads nowhere. */
  exportsOf(file: string): readonly ApiSymbol[] {
    const { exported } = this.#read(file);
    return [...exported.values()].map((place) => this.symbolAt(place));
  }

  /** What stands at a place, wherever it was re-exported from. @throws {Error} when nothing does. */
  symbolAt({ file, name }: NameElsewhere): ApiSymbol {
    let place: NameElsewhere = { file, name };
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      const module = this.#read(place.file);
      const declared = module.declared.get(place.name);
      if (declared) return symbolOf(module, place.name, declared);
      const next = module.imports.get(place.name) ?? module.exported.get(place.name);
      if (next === undefined) break;
      place = next;
    }
    throw new Error(`${name} of ${file} is declared nowhere`);
  }

  #read(file: string): ApiModule {
    const module = this.#modules.get(file) ?? readModule(file);
    this.#modules.set(file, module);
    return module;
  }
}

function symbolOf(module: ApiModule, name: string, declared: readonly Declared[]): ApiSymbol {
  const { file, source } = module;
  // The body of an overloaded function comes last, and its own signature isn't for callers.
  const shown = declared.length > 1 ? declared.filter(({ declaration }) => !hasBody(declaration)) : declared;
  const texts = declared.map(({ statement }) => commentBefore(source, statement.start)).filter((text) => text !== '');
  const signature = shown.map(({ declaration }) => signatureOf(source, name, declaration)).join('\n');
  const [first] = declared;
  const members = first ? membersOf(source, first.declaration) : [];
  const kind = kindOf(first?.declaration);
  const mentions = shown.flatMap(({ declaration }) => mentionsIn(module, name, declaration));
  return { name, file, kind, signature, text: texts.join('\n\n'), members, mentions };
}

const hasBody = (node: ESTree.Declaration) => node.type === 'FunctionDeclaration' && node.body !== null;

function kindOf(declaration: ESTree.Declaration | undefined): ApiSymbol['kind'] {
  if (declaration?.type === 'VariableDeclaration') return 'constant';
  if (declaration?.type === 'ClassDeclaration') return 'class';
  if (declaration?.type === 'TSInterfaceDeclaration') return 'interface';
  return declaration?.type === 'TSTypeAliasDeclaration' ? 'type' : 'function';
}

function signatureOf(source: string, name: string, node: ESTree.Declaration): string {
  const slice = (start: number, end: number) => source.slice(start, end).trim();
  if (node.type === 'TSInterfaceDeclaration') return slice(node.start, node.body.start);
  if (node.type === 'ClassDeclaration') return slice(node.start, node.body.start);
  if (node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction') {
    return slice(node.start, node.body?.start ?? node.end).replace(/;$/, '');
  }
  if (node.type === 'VariableDeclaration') {
    const one = node.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
    const init = one?.init;
    const end = init?.type === 'ArrowFunctionExpression' ? init.body.start : one?.end;
    return one === undefined ? name : `const ${slice(one.start, end ?? one.end)}`;
  }
  return slice(node.start, node.end).replace(/;$/, '');
}

function membersOf(source: string, node: ESTree.Declaration): readonly ApiMember[] {
  if (node.type === 'TSInterfaceDeclaration') return node.body.body.map((one) => memberOf(source, one, one.end));
  if (node.type !== 'ClassDeclaration') return [];
  return node.body.body
    .filter((one) => !('key' in one) || one.key.type !== 'PrivateIdentifier')
    .map((one) => memberOf(source, one, one.type === 'MethodDefinition' ? (one.value.body?.start ?? one.end) : one.end))
    .filter(({ text }) => text !== '');
}

function memberOf(source: string, node: ESTree.Node, end: number): ApiMember {
  const signature = source
    .slice(node.start, end)
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/;?\s*$/, '');
  const name = 'key' in node && node.key ? source.slice(node.key.start, node.key.end) : signature;
  return { name, signature, text: commentBefore(source, node.start) };
}

/** The doc comment that ends right before a place. */
function commentBefore(source: string, start: number): string {
  const [, comment = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(source.slice(0, start)) ?? [];
  return comment.replace(/^[ \t]*\* ?/gm, '').trim();
}

/** The project's own types that a declaration names outside its body. */
function mentionsIn(module: ApiModule, name: string, node: ESTree.Declaration): readonly NameElsewhere[] {
  const body = node.type === 'FunctionDeclaration' ? (node.body?.start ?? node.end) : node.end;
  const places: NameElsewhere[] = [];
  const mention = (named: string, at: number) => {
    if (at < node.start || at >= body || named === name) return;
    const place = module.imports.get(named);
    if (place) places.push(place);
    else if (module.declared.has(named)) places.push({ file: module.file, name: named });
  };
  new Visitor({
    TSTypeReference: ({ typeName }) => typeName.type === 'Identifier' && mention(typeName.name, typeName.start),
    TSInterfaceHeritage: ({ expression }) =>
      expression.type === 'Identifier' && mention(expression.name, expression.start),
  }).visit(module.program);
  return places;
}
