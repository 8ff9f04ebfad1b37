import type { Problem } from '../../policy/problem.ts';
import {
  type CompiledCatalog,
  namelessOrganization,
  type CompiledOrganization,
  type CompiledWorkspace,
} from '../file/compiled.ts';
import { compileWorkspace, type EarlierWorkspace } from '../resolve/compile-workspace.ts';
import type { WorkspaceFile } from '../file/entries.ts';
import { parsePolicyFileInSteps, type ParsedFile } from '../file/parsed-file.ts';
import type { SourceFile } from '../file/policy-files.ts';
import { takeAll } from '../yaml/step-batches.ts';
import type { EventsElsewhere } from '../yaml/yaml-events.ts';

/** The `organization.yaml` above a workspace; 'none' is not the same as one that cannot be understood. */
export type NearestOrganization = CompiledOrganization | 'none' | 'unknown';

/** The purpose of compiling workspaces, where that makes a difference to the time it takes and the memory. */
export interface CompileEffort {
  /** The parsed text, for whoever compiles the same files against one catalog and another; by default nothing. */
  readonly keeps?: 'parsed text' | 'nothing';
  /** By default all problems. Errors alone are for whoever tells no warnings. */
  readonly tells?: 'all problems' | 'errors';
  /** The events of files in which somebody else looked for them. */
  readonly events?: EventsElsewhere | undefined;
}

/** A workspace's file, and what it gave. */
export class WorkspaceSource {
  readonly path: string;
  /** Why it cannot be understood by itself. */
  problems: readonly Problem[] = [];
  /** How many more there are than these. */
  untold = 0;
  /** Undefined until it was read once. */
  #digest: string | undefined;
  /** Taken by the first who compiles it, unless it is kept: of ten thousand files it would fill a gigabyte. */
  #parsed: ParsedFile<WorkspaceFile> | undefined;
  readonly #file: SourceFile;
  readonly #effort: CompileEffort;
  #compiled: CompiledWorkspace | undefined;
  #nearest: NearestOrganization | undefined;
  #catalog: CompiledCatalog | undefined;

  constructor(file: SourceFile, effort: CompileEffort = {}) {
    this.path = file.path;
    this.#file = file;
    this.#effort = effort;
  }

  get isRead(): boolean {
    return this.#digest !== undefined;
  }

  /** SHA-256 of its bytes, hexadecimal. */
  get digest(): string {
    return this.#digest ?? this.read().digest;
  }

  /** Whether it can be understood by itself. */
  get isSound(): boolean {
    return this.isRead && this.problems.length === 0;
  }

  read(): ParsedFile<WorkspaceFile> {
    return takeAll(this.readInSteps());
  }

  *readInSteps(): Generator<undefined, ParsedFile<WorkspaceFile>> {
    const packed = this.#effort.events?.take(this.#file);
    const parsed = yield* parsePolicyFileInSteps<WorkspaceFile>(this.#file, 'workspace', packed);
    this.#digest = parsed.digest;
    this.problems = parsed.problems;
    this.untold = parsed.untold ?? 0;
    this.#parsed = parsed.entry && parsed;
    return parsed;
  }

  /** What it gave for the same organization and catalog before. */
  compiledFor(nearest: NearestOrganization, catalog: CompiledCatalog): CompiledWorkspace | undefined {
    return this.#nearest === nearest && this.#catalog === catalog ? this.#compiled : undefined;
  }

  /** Compiles it, in steps. Undefined when it cannot be understood by itself. */
  *compile(
    nearest: NearestOrganization,
    catalog: CompiledCatalog,
  ): Generator<undefined, CompiledWorkspace | undefined> {
    const parsed = this.#parsed ?? (yield* this.readInSteps());
    if (this.#effort.keeps !== 'parsed text') this.#parsed = undefined;
    const more = { earlier: this.#earlier(), tells: this.#effort.tells };
    const { entry } = parsed;
    this.#compiled = entry && (yield* compileWorkspace(parsed, entry, organizationOf(nearest), catalog, more));
    this.#nearest = nearest;
    this.#catalog = catalog;
    return this.#compiled;
  }

  #earlier(): EarlierWorkspace | undefined {
    const [compiled, catalog] = [this.#compiled, this.#catalog];
    return compiled && catalog && { compiled, catalog };
  }
}

function organizationOf(nearest: NearestOrganization): CompiledOrganization | undefined {
  if (nearest === 'unknown') return undefined;
  return nearest === 'none' ? namelessOrganization : nearest;
}
