import type { PolicySet } from '../../policy/policy-set.ts';
import { printResult, say, type CommandIo } from '../command/command-io.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import type { PolicyReading } from './load-policy.ts';
import { problemReporters, summarizeProblems } from '../report/problem-report.ts';

export type SoundReading = PolicyReading & { readonly policy: PolicySet };

/**
 * Loads the files that decide, for commands that can do nothing with a faulty policy: its errors are printed, and the
 * answer is undefined.
 */
export async function requireSoundPolicy(
  io: CommandIo,
  options: { readonly policy: string; readonly format: 'text' | 'json' },
  nowMs: number,
): Promise<SoundReading | undefined> {
  const { loadPolicy, errorReport } = await import('./load-policy.ts');
  const reading = await loadPolicy(io, options.policy, 'deciding', nowMs);
  const { policy } = reading;
  if (policy !== undefined) return { ...reading, policy };
  const errors = errorReport(reading);
  // The result of these commands is not a list of problems, so in text it is talk; a program gets JSON in any case.
  const surroundings = surroundingsOf(io, 'stderr');
  const print = options.format === 'json' ? printResult : say;
  print(io, problemReporters[options.format](errors, surroundings));
  say(io, summarizeProblems(errors));
  return undefined;
}
