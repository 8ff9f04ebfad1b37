import type { Problem } from '../../policy/problem.ts';
import { compileCatalog, type CompiledCatalog } from '../resolve/compile-catalog.ts';
import { compileOrganization, type CompiledOrganization } from '../resolve/compile-organization.ts';
import type { OrganizationFile, RolesFile } from '../file/entries.ts';
import { decodeFile, parsePolicyFile, type ParsedFile } from '../file/parsed-file.ts';
import type { PolicyFileKind } from '../file/policy-files.ts';
import type { SchemaName } from '../schema/policy-schemas.ts';
import type { SourceFile } from '../file/source-file.ts';
import { WorkspaceSource, type CompileEffort } from './workspace-source.ts';

/** Remembers one result for a key object, for as long as everything else it was made from is the same. */
class Kept<Result> {
  readonly #results = new WeakMap<object, { from: readonly unknown[]; result: Result }>();

  get(key: object, from: readonly unknown[], make: () => Result): Result {
    const known = this.#results.get(key);
    if (known?.from.every((part, index) => part === from[index])) return known.result;
    const result = make();
    this.#results.set(key, { from, result });
    return result;
  }
}

/** What unchanged files gave. Keys are held weakly: a file that is gone takes its results with it. */
export class CompileCache {
  readonly #parsed = new Kept<ParsedFile<unknown>>();
  readonly #catalogs = new Kept<CompiledCatalog>();
  readonly #organizations = new Kept<CompiledOrganization>();
  readonly #workspaces = new WeakMap<SourceFile, WorkspaceSource>();
  readonly #effort: CompileEffort | undefined;

  constructor(effort: CompileEffort | undefined) {
    this.#effort = effort;
  }

  parse(file: SourceFile, kind: PolicyFileKind): ParsedFile<unknown> | undefined {
    const schema = schemaOf(kind);
    return schema && this.#parsed.get(file, [], () => parsePolicyFile(file, schema));
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
