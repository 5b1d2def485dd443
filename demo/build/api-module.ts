import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ESTree, parseAst } from 'vite';

/** Where a name is declared. */
export interface NameElsewhere {
  readonly file: string;
  readonly name: string;
}

/** A declaration, and the statement that holds it, before which its comment stands. */
export interface Declared {
  readonly declaration: ESTree.Declaration;
  readonly statement: ESTree.Node;
}

/** A source file, as far as its names are concerned. */
export interface ApiModule {
  readonly file: string;
  readonly source: string;
  readonly program: ESTree.Program;
  /** By local name; only what comes from the project itself. */
  readonly imports: ReadonlyMap<string, NameElsewhere>;
  /** By local name; several where a function is overloaded. */
  readonly declared: ReadonlyMap<string, readonly Declared[]>;
  /** By the name outside, in the order of the file. */
  readonly exported: ReadonlyMap<string, NameElsewhere>;
}

const isOurs = (specifier: string) => specifier.startsWith('.');

/** Reads a TypeScript file. @throws {Error} when it exports in a way that the reference can't follow. */
export function readModule(file: string): ApiModule {
  const source = readFileSync(file, 'utf8');
  const program = parseAst(source, { lang: 'ts' });
  const imports = new Map<string, NameElsewhere>();
  const declared = new Map<string, Declared[]>();
  const exported = new Map<string, NameElsewhere>();
  const declare = (declaration: ESTree.Declaration, statement: ESTree.Node): readonly string[] => {
    const names = namesOf(declaration);
    for (const name of names) declared.set(name, [...(declared.get(name) ?? []), { declaration, statement }]);
    return names;
  };
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration' && isOurs(statement.source.value)) {
      const from = join(dirname(file), statement.source.value);
      for (const one of statement.specifiers) {
        if (one.type === 'ImportSpecifier') imports.set(one.local.name, { file: from, name: textOf(one.imported) });
      }
    } else if (statement.type === 'ExportNamedDeclaration') {
      const { declaration, source: from } = statement;
      if (declaration) for (const name of declare(declaration, statement)) exported.set(name, { file, name });
      for (const one of statement.specifiers) {
        const place = from === null ? file : join(dirname(file), from.value);
        exported.set(textOf(one.exported), { file: place, name: textOf(one.local) });
      }
    } else if (statement.type === 'ExportAllDeclaration' || statement.type === 'ExportDefaultDeclaration') {
      throw new Error(`${file} exports otherwise than by name, which the reference of the API can't follow.`);
    } else if (isDeclaration(statement)) {
      declare(statement, statement);
    }
  }
  return { file, source, program, imports, declared, exported };
}

function isDeclaration(statement: ESTree.Statement | ESTree.ModuleDeclaration): statement is ESTree.Declaration {
  return /Declaration$|^TSDeclareFunction$/.test(statement.type);
}

function namesOf(declaration: ESTree.Declaration): readonly string[] {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  }
  const id = 'id' in declaration ? declaration.id : null;
  return id?.type === 'Identifier' ? [id.name] : [];
}

function textOf(name: ESTree.ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name;
}
