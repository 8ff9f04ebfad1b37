import type { Problem } from '../../policy/problem.ts';
import { compileCatalog } from '../resolve/compile-catalog.ts';
import type { CompiledCatalog, CompiledOrganization } from '../file/compiled.ts';
import { compileOrganization } from '../resolve/compile-organization.ts';
import type { OrganizationFile, RolesFile } from '../file/entries.ts';
import { decodeFile, parsePolicyFileInSteps, type ParsedFile } from '../file/parsed-file.ts';
import type { PolicyFileKind, SourceFile } from '../file/policy-files.ts';
import type { SchemaName } from '../schema/policy-schemas.ts';
import { WorkspaceSource, type CompileEffort } from './workspace-source.ts';

/** Remembers one result for a key object, for as long as everything else it was made from is the same. */
class Kept<Result> {
  readonly #results = new WeakMap<object, { from: readonly unknown[]; result: Result }>();

  get(key: object, from: readonly unknown[], make: () => Result): Result {
    return this.known(key, from) ?? this.keep(key, from, make());
  }

  known(key: object, from: readonly unknown[]): Result | undefined {
    const known = this.#results.get(key);
    return known?.from.every((part, index) => part === from[index]) === true ? known.result : undefined;
  }

  keep(key: object, from: readonly unknown[], result: Result): Result {
    this.#results.set(key, { from, result });
    return result;
  }
}

/** The results that unchanged files gave. Keys are held weakly: a file that is gone takes its results with it. */
export class CompileCache {
  readonly #parsed = new Kept<ParsedFile<unknown>>();
  readonly #catalogs = new Kept<CompiledCatalog>();
  readonly #organizations = new Kept<CompiledOrganization>();
  readonly #workspaces = new WeakMap<SourceFile, WorkspaceSource>();
  readonly #effort: CompileEffort | undefined;

  constructor(effort: CompileEffort | undefined) {
    this.#effort = effort;
  }

  *parse(file: SourceFile, kind: PolicyFileKind): Generator<undefined, ParsedFile<unknown> | undefined> {
    const schema = schemaOf(kind);
    if (!schema) return undefined;
    const known = this.#parsed.known(file, []);
    if (known) return known;
    const packed = this.#effort?.events?.take(file);
    return this.#parsed.keep(file, [], yield* parsePolicyFileInSteps(file, schema, packed));
  }

  unreadable(file: SourceFile): readonly Problem[] {
    return decodeFile(file).problems;
  }

  catalog(file: ParsedFile<RolesFile>, entry: RolesFile): CompiledCatalog {
    return this.#catalogs.get(file, [], () => compileCatalog(file, entry));
  }

  organization(
    file: ParsedFile<OrganizationFile>,
    entry: OrganizationFile,
    catalog: CompiledCatalog,
  ): CompiledOrganization {
    return this.#organizations.get(file, [catalog], () => compileOrganization(file, entry, catalog));
  }

  /** The same object for the same file, which may have been read and compiled before. */
  workspace(file: SourceFile): WorkspaceSource {
    let source = this.#workspaces.get(file);
    if (!source) {
      source = new WorkspaceSource(file, this.#effort);
      this.#workspaces.set(file, source);
    }
    return source;
  }

  forget(file: SourceFile): void {
    this.#workspaces.delete(file);
  }

  hasWorkspace(file: SourceFile): boolean {
    return this.#workspaces.has(file);
  }
}

function schemaOf(kind: PolicyFileKind): SchemaName | undefined {
  return kind === 'roles' || kind === 'organization' || kind === 'test' ? kind : undefined;
}
