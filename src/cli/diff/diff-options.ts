import type { ChangeGate } from '../../review/diff/wording/change-gate.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { DiffFormat } from './diff-outcome.ts';

/** Options of `rolebook diff`, as they were given. */
export interface DiffOptions {
  readonly policy: string;
  readonly format: DiffFormat;
  readonly failOn?: readonly ChangeGate[];
  readonly accept?: true;
  readonly at?: number;
  readonly database?: DatabaseUrl | '-';
}
