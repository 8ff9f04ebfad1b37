import type { ChangeGate } from '../../review/diff/wording/change-gate.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { GitOptions } from '../serve/git-options.ts';
import type { ReportOptions } from '../report/report-files.ts';
import type { DiffFormat } from './diff-outcome.ts';

/** Options of `rolebook diff`, as they were given. */
export interface DiffOptions
  extends
    ReportOptions<DiffFormat>,
    Pick<GitOptions, 'git' | 'ref' | 'path' | 'gitTokenFile' | 'gitSshKey' | 'gitKnownHosts'> {
  readonly policy: string;
  readonly failOn?: readonly ChangeGate[];
  readonly accept?: true;
  readonly at?: number;
  readonly database?: DatabaseUrl | '-';
}
