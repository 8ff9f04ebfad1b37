import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';
import { runChild } from './children.ts';
import { membersEach } from './plan.ts';
import { rowsOfWorkspace } from './measure-in-process.ts';

/** What one engine in process took for a question. */
interface EngineTime {
  readonly name: string;
  readonly ns: number;
  /** Beside rolebook in the same turns: the median, and between what the middle half is. */
  readonly ratio: number;
  readonly ratios: readonly [number, number];
}

/** Engines in one process, on the same questions in turns. */
export interface EngineResult {
  readonly workspaces: number;
  readonly members: number;
  readonly asked: number;
  readonly engines: readonly EngineTime[];
  /** What the fixed piece of work took between the turns. */
  readonly workMs: number;
}

/** Asks rolebook's library, CASL and Cedar about a policy of about so many Casbin rows. */
export async function measureEngines(folder: string, rows: number): Promise<EngineResult> {
  const workspaces = Math.max(1, Math.round(rows / rowsOfWorkspace));
  const root = join(folder, `engines-${rows}`);
  await writeManyWorkspaces(root, workspaces, membersEach);
  const script = fileURLToPath(new URL('engines/ask-engines.js', import.meta.url));
  const args = ['--import', 'tsx', '--max-old-space-size=6144', script, root, String(workspaces), String(membersEach)];
  const output = await runChild(process.execPath, args, fileURLToPath(new URL('.', import.meta.url)));
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as EngineResult;
}
