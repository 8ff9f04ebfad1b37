import { PolicyCompiler, type CompileProgress, type CompileResult } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { findShortPlaces } from '../../review/members/holder-rules.ts';
import type { KnownPlace } from '../../review/members/member-roles.ts';
import { runInSlices } from '../turns.ts';
import { LongFiles } from './long-files.ts';
import { countPolicyInSteps, type PolicyCounts } from './policy-counts.ts';

/** Problems of files, of which a policy may have some, too: warnings keep none from going live. */
export type FoundProblems = Pick<CompileResult, 'problems' | 'problemCounts'>;

export const noProblems: FoundProblems = { problems: [], problemCounts: { errors: 0, warnings: 0 } };

/** Policy that could go live in this very turn. */
export interface ReadyPolicy {
  readonly engine: CasbinEngine;
  /** Of the files alone. */
  readonly counts: PolicyCounts;
  /** Where the files alone have too few with a role that somebody must hold. */
  readonly shortPlaces: readonly KnownPlace[];
}

/** The outcome of files: `known`, a policy that need not be made ready; `refused`, by its problems or by the fault. */
export type Preparation =
  | { readonly kind: 'ready'; readonly found: FoundProblems; readonly ready: ReadyPolicy }
  | { readonly kind: 'known'; readonly found: FoundProblems }
  | { readonly kind: 'refused'; readonly found: FoundProblems; readonly fault: string | undefined };

export interface PrepareOptions {
  /** Asked about the policy before more is done for it. */
  readonly check?: (policy: PolicySet) => 'wanted' | 'known' | { readonly fault: string };
  /** Those that are to decide together with it. */
  readonly members?: () => RuntimeMembers | Promise<RuntimeMembers>;
  /** Told before each pause of the compilation. */
  readonly onProgress?: ((progress: CompileProgress) => void) | undefined;
}

/**
 * Preparer of policies beside requests: it works a moment at a time, and has long files read in another thread. What
 * unchanged files gave is kept from one call to the next, so calls come one at a time.
 */
export class PolicyPreparer {
  readonly #longFiles: LongFiles;
  readonly #compiler: PolicyCompiler;

  constructor(longFiles = new LongFiles()) {
    this.#longFiles = longFiles;
    this.#compiler = new PolicyCompiler({ events: longFiles });
  }

  /** Makes files and a clock a policy that is ready to go live, or says why there is none. */
  async prepare(files: readonly SourceFile[], atMs: number, options: PrepareOptions = {}): Promise<Preparation> {
    const { check = () => 'wanted', members = () => undefined, onProgress } = options;
    const { policy, ...found } = await this.compile(files, atMs, onProgress);
    if (!policy) return { kind: 'refused', found, fault: undefined };
    const checked = check(policy);
    if (typeof checked === 'object') return { kind: 'refused', found, fault: checked.fault };
    if (checked === 'known') return { kind: 'known', found };
    const counts = await runInSlices(countPolicyInSteps(policy));
    const shortPlaces = await runInSlices(findShortPlaces(policy));
    const engine = await CasbinEngine.create(policy, await members());
    return { kind: 'ready', found, ready: { engine, counts, shortPlaces } };
  }

  /** Compiles as `PolicyCompiler` does, one call at a time. */
  async compile(
    files: readonly SourceFile[],
    atMs: number,
    onProgress?: (progress: CompileProgress) => void,
  ): Promise<CompileResult> {
    await this.#longFiles.look(files);
    return runInSlices(this.#compiler.compileInSteps(files, atMs), onProgress);
  }
}
