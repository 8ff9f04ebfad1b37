import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';
import { runChild } from './children.ts';
import type { JudgementResult } from './judgement.ts';
import { membersEach } from './plan.ts';

/** Judges edits of one of so many workspaces. */
export async function measureJudgement(folder: string, workspaces: number, runs: number): Promise<JudgementResult> {
  const root = join(folder, 'judged');
  await writeManyWorkspaces(root, workspaces, membersEach);
  const script = fileURLToPath(new URL('judgement.ts', import.meta.url));
  const args = ['--import', 'tsx', script, root, String(runs)];
  const output = await runChild(process.execPath, args, fileURLToPath(new URL('.', import.meta.url)));
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as JudgementResult;
}
