import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';
import { runChild } from './children.ts';
import type { InProcessResult } from './in-process.ts';
import { membersEach } from './plan.ts';

/** A workspace gives 8 roles × 7 `p` rows, at most, and one `g` row a member. */
export const rowsOfWorkspace = 8 * 7 + membersEach;

export async function measureInProcess(folder: string, rows: number): Promise<InProcessResult> {
  const workspaces = Math.max(1, Math.round(rows / rowsOfWorkspace));
  const root = join(folder, `rows-${rows}`);
  await writeManyWorkspaces(root, workspaces, membersEach);
  const script = fileURLToPath(new URL('in-process.ts', import.meta.url));
  const args = ['--import', 'tsx', '--expose-gc', '--max-old-space-size=6144', script];
  const counts = [workspaces, membersEach, 200_000].map(String);
  const output = await runChild(
    process.execPath,
    [...args, root, ...counts],
    fileURLToPath(new URL('.', import.meta.url)),
  );
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as InProcessResult;
}
