import { PolicyCompiler } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { Problem } from '../../policy/problem.ts';
import { shareUnchanged } from '../../store/git/git-policy-files.ts';
import type { BaseReading } from './read-base.ts';

/** The state that the files are compared with. */
export interface DiffBase {
  /** Undefined: a release that was published outside a repository. */
  readonly commit: string | undefined;
  /** The revision of what was published, when it is that. */
  readonly published?: string;
  /** How it was found: the merge base with `origin/main`. */
  readonly how: string;
  /** Why its policy does not compile; empty when it does, or when there is none. */
  readonly problems: readonly Problem[];
  /** The newest commit before it whose policy compiles, when that of `commit` does not; it is compared with instead. */
  readonly standIn: string | undefined;
}

/** A base as it is told of, with nothing wrong in it. */
export function describeSoundBase({ commit, published, how }: BaseReading): DiffBase {
  return { commit, ...(published === undefined ? {} : { published }), how, problems: [], standIn: undefined };
}

/** A state of the policy before a base that has errors. */
export interface StandIn {
  readonly commit: string;
  readonly files: readonly SourceFile[];
}

/**
 * The newest state before a base whose policy compiles, where there is one. The sidecar keeps the last good policy live
 * while a newer one is broken, so that is what people have.
 */
export async function findStandIn(
  base: BaseReading,
  known: readonly SourceFile[],
  nowMs: number,
): Promise<StandIn | undefined> {
  // What has not changed from one commit to the next is compiled once.
  const compiler = new PolicyCompiler({ tells: 'errors' });
  for (const commit of await base.earlier()) {
    const read = await base.readAt(commit);
    const files = read && shareUnchanged(read, known);
    if (files && compiler.compile(files, nowMs).policy) return { commit, files };
  }
  return undefined;
}
