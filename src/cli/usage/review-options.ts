import { RolebookError } from '../../policy/errors.ts';
import { reviewKinds } from '../../policy/review/review-kinds.ts';
import { parseUntil } from '../../policy/text/instant.ts';
import { parseChoice, parseValue } from '../command/command-options.ts';
import type { TakingOptions } from './take-findings.ts';

export const reviewFormats = ['text', 'markdown', 'html', 'json'] as const;

/** The options of `review`, as they were read. */
export interface ReviewOptions {
  readonly policy: string;
  readonly format: (typeof reviewFormats)[number];
  readonly counts?: string;
  readonly since?: string;
  readonly at?: number;
  /** Kinds, and names of findings. */
  readonly only?: readonly string[];
  readonly workspace?: string;
  readonly organization?: string;
  readonly role?: string;
  readonly write?: true;
  readonly propose?: string;
  readonly withTests?: true;
  readonly dryRun?: true;
  readonly waive?: readonly string[];
  readonly endWaiver?: readonly string[];
  readonly reason?: string;
  readonly until?: string;
}

/** Reads what `--only` names, which may be given again: a kind, or the name of a finding. */
export function parseOnly(value: string, known: readonly string[] = []): readonly string[] {
  const word = isFindingName(value) ? value : parseChoice('--only', parseValue('--only', value), reviewKinds);
  return [...known, word];
}

export function isFindingName(word: string): boolean {
  return /^[0-9a-f]{10}$/.test(word);
}

export function takingOptions({ policy, format, withTests, dryRun, propose }: ReviewOptions): TakingOptions {
  const told = format === 'html' ? 'text' : format;
  const more = { ...(withTests === true ? { withTests } : {}), ...(dryRun === true ? { dryRun } : {}) };
  return { policy, format: told, branch: propose, ...more };
}

/** Refuses what does not go together, before anything is read. */
export function requireSense(logs: readonly string[], options: ReviewOptions): void {
  const { counts, since, write, propose, waive, endWaiver, reason, until, dryRun, withTests, format } = options;
  const usage = (message: string, help: string): RolebookError => new RolebookError('usage', message, { help });
  if (logs.length === 0 && counts === undefined) throw usage('no log is named', 'name one, or `--counts FILE`');
  if (logs.length > 0 && counts !== undefined)
    throw usage('LOG and `--counts` exclude each other', 'leave out one of the two');
  if (counts !== undefined && since !== undefined) {
    throw usage('`--since` cannot be said of `--counts`', 'leave out what is older where it is counted');
  }
  if (write === true && propose !== undefined) {
    throw usage('`--write` and `--propose` exclude each other', '`--propose` writes to the branch alone');
  }
  const isChanging = [write, propose, waive, endWaiver].some((one) => one !== undefined);
  if (waive !== undefined && write === true)
    throw usage('`--waive` and `--write` exclude each other', 'accept first, then write');
  if (endWaiver !== undefined && (write === true || waive !== undefined)) {
    const other = write === true ? '--write' : '--waive';
    throw usage(`\`--end-waiver\` and \`${other}\` exclude each other`, 'make two changes, one after the other');
  }
  if (waive !== undefined && (reason === undefined || until === undefined)) {
    throw usage(
      '`--waive` needs `--reason` and `--until`',
      "as in `--reason 'used at the end of the year' --until 2027-06-30`",
    );
  }
  if (waive === undefined && (reason ?? until) !== undefined) {
    throw usage('`--reason` and `--until` are about a finding that is accepted', 'name it with `--waive`');
  }
  if (until !== undefined && parseUntil(until) === undefined) {
    throw usage(
      `\`--until\` takes a time, found \`${until}\``,
      'write a date, `2027-06-30`, or a time with its offset',
    );
  }
  if (!isChanging && (dryRun === true || withTests === true)) {
    throw usage(
      '`--dry-run` and `--with-tests` are about a change',
      'say which with `--write`, `--propose`, `--waive` or `--end-waiver`',
    );
  }
  if (isChanging && format === 'html') throw usage('a change is not told as html', 'choose text, json or markdown');
}
