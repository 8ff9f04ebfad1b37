import { PolicyCompiler, type CompileResult } from '../../../compile/compile-policy.ts';
import { parsePolicyFile } from '../../../compile/file/parsed-file.ts';
import { classifyPath, type SourceFile } from '../../../compile/file/policy-files.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import { compareText } from '../../../policy/position.ts';
import { listMutants, type MutableEntry, type Mutant } from './mutant.ts';
import { mutateFile } from './mutate-file.ts';

/** `reach`: what the mutant can touch and tests ask about. `all`: everything, for what only `lint` would notice. */
export type CompiledPart = 'reach' | 'all';

interface PlannedFile {
  readonly file: SourceFile;
  readonly entry: unknown;
  readonly mutants: readonly Mutant[];
  /** The workspace it defines, if any. */
  readonly workspace: string | undefined;
}

const rolesPath = 'roles.yaml';

/**
 * A compiler of mutants. A workspace is compiled from its own file, `roles.yaml` and the `organization.yaml` above it,
 * so a mutant of it needs no more, and one of an organization needs the files of its folder. What the other files gave
 * is kept by the compiler.
 */
export class MutantCompiler {
  readonly base: PolicySet;
  readonly #compiler = new PolicyCompiler();
  readonly #files: readonly PlannedFile[];
  readonly #byPath: ReadonlyMap<string, PlannedFile>;
  readonly #nowMs: number;
  readonly #tested: ReadonlySet<string>;

  /** The files must compile. `tested`: the workspaces that tests ask in. */
  constructor(files: readonly SourceFile[], tested: ReadonlySet<string>, nowMs: number) {
    this.#nowMs = nowMs;
    this.#tested = tested;
    this.#files = [...files].sort((left, right) => compareText(left.path, right.path)).flatMap(planFile);
    this.#byPath = new Map(this.#files.map((planned) => [planned.file.path, planned]));
    const { policy } = this.#compile(this.#files.map(({ file }) => file));
    if (!policy) throw new Error('mutants are made of a policy that compiles');
    this.base = policy;
  }

  /** The mutants, file by file; of the workspaces' files alone, or of `roles.yaml` and the organizations too. */
  mutants(which: 'all' | 'tested-workspaces'): Mutant[] {
    const files =
      which === 'all'
        ? this.#files
        : this.#files.filter(({ workspace }) => workspace !== undefined && this.#tested.has(workspace));
    return files.flatMap(({ mutants }) => mutants);
  }

  /** Whether there is more to compile than what the mutant reaches. */
  isShared(mutant: Mutant): boolean {
    return mutant.at.file === rolesPath;
  }

  compile(mutant: Mutant, part: CompiledPart): CompileResult {
    const mutated = this.#byPath.get(mutant.at.file);
    if (!mutated) throw new Error(`there is no file ${mutant.at.file}`);
    const chosen = part === 'all' ? this.#files : this.#reachOf(mutated);
    return this.#compile(
      chosen.map((planned) => (planned === mutated ? mutateFile(mutated.entry, mutant) : planned.file)),
    );
  }

  #reachOf({ file, workspace }: PlannedFile): readonly PlannedFile[] {
    if (file.path === rolesPath) {
      return this.#files.filter((planned) => planned.workspace === undefined || this.#tested.has(planned.workspace));
    }
    if (workspace === undefined) {
      const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
      return this.#files.filter((planned) => planned.file.path === rolesPath || planned.file.path.startsWith(folder));
    }
    const paths = [rolesPath, ...organizationPathsAbove(file.path), file.path];
    return paths.map((path) => this.#byPath.get(path)).filter((planned) => planned !== undefined);
  }

  #compile(files: readonly SourceFile[]): CompileResult {
    return this.#compiler.compile(files, this.#nowMs);
  }
}

function planFile(file: SourceFile): PlannedFile[] {
  const kind = classifyPath(file.path);
  if (kind !== 'roles' && kind !== 'organization' && kind !== 'workspace') return [];
  const parsed = parsePolicyFile<MutableEntry>(file, kind);
  const { entry } = parsed;
  if (!entry) return [];
  const mutants = listMutants(entry, (path) => parsed.locate(path, 'value'));
  return [{ file, entry, mutants, workspace: entry.workspace }];
}

function organizationPathsAbove(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => [...segments.slice(0, index + 1), 'organization.yaml'].join('/'));
}
