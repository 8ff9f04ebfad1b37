import type { PolicyCompiler } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { Problem } from '../../policy/problem.ts';
import type { PolicySide } from '../../review/diff/matching/policy-difference.ts';
import { shareUnchanged } from '../../store/git/git-policy-files.ts';
import type { CommandIo } from '../command/command-io.ts';
import { compileWithBar } from '../load/load-policy.ts';
import type { BaseReading } from './read-base.ts';

/** What the files are compared with. */
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

/** A base that was compiled. */
export interface CompiledBase extends DiffBase {
  /** Undefined: it holds no policy, or none that compiles. */
  readonly side: PolicySide | undefined;
}

/** Compiles the base, with the compiler that compiled the files, so that what has not changed is compiled once. */
export async function compileBase(
  io: CommandIo,
  reading: BaseReading,
  now: readonly SourceFile[],
  compiler: PolicyCompiler,
  nowMs: number,
): Promise<CompiledBase> {
  const { commit, published, how, files } = reading;
  const found = { commit, ...(published === undefined ? {} : { published }), how, standIn: undefined };
  if (!files) return { ...found, side: undefined, problems: [] };
  const compile = (some: readonly SourceFile[]): { side: PolicySide | undefined; problems: readonly Problem[] } => {
    const shared = shareUnchanged(some, now);
    const { policy, problems } = compileWithBar(compiler, shared, nowMs, io);
    return { side: policy && { policy, files: shared }, problems };
  };
  const { side, problems } = compile(files);
  if (side) return { ...found, side, problems: [] };
  const errors = problems.filter(({ severity }) => severity === 'error');
  // The sidecar keeps the last good policy live while a newer one is broken, so that is what people have.
  for (const earlier of await reading.earlier()) {
    const older = await reading.readAt(earlier);
    const sound = older && compile(older).side;
    if (sound) return { ...found, side: sound, problems: errors, standIn: earlier };
  }
  return { ...found, side: undefined, problems: errors };
}
