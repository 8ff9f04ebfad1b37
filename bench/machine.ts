import { cpus, loadavg, totalmem } from 'node:os';
import { runChild } from './children.ts';
import { repository } from './servers.ts';

/** What a run was made on and of, as rows of a table. */
export async function describeMachine(): Promise<Record<string, string>> {
  const git = (...args: string[]): Promise<string> => runChild('git', args, repository).catch(() => '');
  const isDirty = (await git('status', '--porcelain', '--', 'src', 'package-lock.json')) !== '';
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model ?? ''}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    commit: `${(await git('rev-parse', '--short=12', 'HEAD')).trim()}${isDirty ? ', with changes' : ''}`,
    'load before the run': `${(loadavg()[0] ?? NaN).toFixed(2)} (mean of the minute before, by the system's count)`,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  };
}
