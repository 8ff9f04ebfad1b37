import { compareText } from '../../../policy/position.ts';
import { classifyPath, type SourceFile } from '../../../compile/file/policy-files.ts';

/** Files of two policies that can be compiled and compared without the rest of them. */
export interface PolicyShare {
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
}

/** Two policies, cut so that their workspaces can be looked at apart. */
export interface PolicyShares {
  /** What every share is compiled with: the catalog, the organizations, whatever is no workspace. */
  readonly common: PolicyShare;
  /** Workspaces: a run of paths each, the same run on both sides. */
  readonly shares: readonly PolicyShare[];
}

// With less to do, all of it fits into memory, and one share is judged as soon.
const leastFiles = 200;
const leastBytes = 768 * 1024;
// Small, because what lives as long as a share is copied by the young generation's collections; large enough for what is
// done anew for each.
const shareBytes = 40 * 1024;

/** How many shares are worth making of these files: one, which is all of them, when they are soon compiled. */
export function planShares(files: readonly SourceFile[]): number {
  const workspaces = files.filter(({ path }) => classifyPath(path) === 'workspace');
  const bytes = bytesOf({ before: [], after: workspaces });
  if (workspaces.length < leastFiles || bytes < leastBytes) return 1;
  // What all have in common is looked at once for each.
  const common = bytesOf({ before: [], after: files }) - bytes;
  return Math.ceil(bytes / Math.max(shareBytes, common));
}

interface Draft {
  readonly before: SourceFile[];
  readonly after: SourceFile[];
}

/** Cuts two policies into at most so many shares with about as much to read, and at least one. */
export function splitPolicies(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
  count: number,
): PolicyShares {
  const common: Draft = { before: [], after: [] };
  const byPath = new Map<string, Draft>();
  const add = (side: keyof PolicyShare, file: SourceFile): void => {
    const draft = classifyPath(file.path) === 'workspace' ? draftOf(byPath, file.path) : common;
    draft[side].push(file);
  };
  for (const file of before) add('before', file);
  for (const file of after) add('after', file);
  // INVARIANT: by path, as a whole policy has its workspaces, so that shares one after the other are the whole.
  const paths = [...byPath].sort(([left], [right]) => compareText(left, right)).map(([, draft]) => draft);
  const total = paths.reduce((sum, draft) => sum + bytesOf(draft), 0);
  const shares: (Draft | undefined)[] = [];
  let passed = 0;
  for (const draft of paths) {
    const share = (shares[Math.floor((passed / total) * count)] ??= { before: [], after: [] });
    share.before.push(...draft.before);
    share.after.push(...draft.after);
    passed += bytesOf(draft);
  }
  // A long file reaches beyond its share and leaves nothing to the next.
  const dealt = shares.filter((share) => share !== undefined);
  // What all have in common is to be judged where there is no workspace, too.
  return { common, shares: dealt.length > 0 ? dealt : [{ before: [], after: [] }] };
}

function draftOf(byPath: Map<string, Draft>, path: string): Draft {
  const known = byPath.get(path);
  if (known) return known;
  const draft: Draft = { before: [], after: [] };
  byPath.set(path, draft);
  return draft;
}

// How much there is to read. One that cannot be read costs something, too; the same on both sides is read once.
function bytesOf({ before, after }: PolicyShare): number {
  return [...new Set([...before, ...after])].reduce(
    (sum, file) => sum + 1 + ('content' in file ? file.content.length : 0),
    0,
  );
}
