import type { Organization } from '../policy/policy-set.ts';
import type { Problem } from '../policy/problem.ts';
import { compileCatalog, type CompiledCatalog } from './compile-catalog.ts';
import { compileOrganization, namelessOrganization, type CompiledOrganization } from './compile-organization.ts';
import { compileWorkspace, type CompiledWorkspace } from './compile-workspace.ts';
import type { OrganizationFile, RolesFile, WorkspaceFile } from './entries.ts';
import { decodeFile, parsePolicyFile, type ParsedFile } from './parsed-file.ts';
import type { PolicyFileKind } from './policy-files.ts';
import type { SchemaName } from './policy-schemas.ts';
import type { SourceFile } from './source-file.ts';

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

/** A workspace's file, as far as it is kept: its text has become a `Workspace`, and is parsed anew if that must be. */
export interface WorkspaceSource {
  readonly path: string;
  readonly digest: string;
  readonly problems: readonly Problem[];
  /** Whether it could be understood by itself. */
  readonly isSound: boolean;
  /** Taken by the first who compiles it: of ten thousand files it would fill a gigabyte. */
  parsed: ParsedFile<WorkspaceFile> | undefined;
  readonly file: SourceFile;
}

/** What unchanged files gave. Keys are held weakly: a file that is gone takes its results with it. */
export class CompileCache {
  readonly #parsed = new Kept<ParsedFile<unknown>>();
  readonly #catalogs = new Kept<CompiledCatalog>();
  readonly #organizations = new Kept<CompiledOrganization>();
  readonly #sources = new Kept<WorkspaceSource>();
  readonly #workspaces = new Kept<CompiledWorkspace | undefined>();

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

  workspaceSource(file: SourceFile): WorkspaceSource {
    return this.#sources.get(file, [], () => {
      const parsed = parsePolicyFile<WorkspaceFile>(file, 'workspace');
      const { path, digest, problems, entry } = parsed;
      return { path, digest, problems, isSound: entry !== undefined, parsed: entry && parsed, file };
    });
  }

  workspace(
    source: WorkspaceSource,
    nearest: CompiledOrganization | 'none' | 'unknown',
    catalog: CompiledCatalog,
  ): CompiledWorkspace | undefined {
    if (!source.isSound) return undefined;
    return this.#workspaces.get(source, [nearest, catalog], () => {
      const parsed = source.parsed ?? parsePolicyFile<WorkspaceFile>(source.file, 'workspace');
      source.parsed = undefined;
      return parsed.entry && compileWorkspace(parsed, parsed.entry, organizationOf(nearest), catalog);
    });
  }
}

function organizationOf(nearest: CompiledOrganization | 'none' | 'unknown'): Organization | undefined {
  if (nearest === 'unknown') return undefined;
  return nearest === 'none' ? namelessOrganization : nearest.organization;
}

function schemaOf(kind: PolicyFileKind): SchemaName | undefined {
  return kind === 'roles' || kind === 'organization' || kind === 'test' ? kind : undefined;
}
