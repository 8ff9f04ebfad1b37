import type { CommandResults } from './measure-commands.ts';
import type { EditResults } from './measure-edits.ts';
import type { Duel, HttpResults } from './measure-http.ts';
import type { InProcessResult } from './in-process.ts';
import type { JudgementResult } from './judgement.ts';
import type { Plan } from './plan.ts';

/** Everything a run found out; the report is made of this and nothing else. */
export interface Measurements {
  readonly plan: Plan;
  readonly tool: 'wrk' | 'autocannon';
  readonly machine: Readonly<Record<string, string>>;
  readonly http: HttpResults;
  readonly duels: readonly Duel[];
  /** Answers that were compared with what the policy says, by target. */
  readonly checked: ReadonlyMap<string, number>;
  readonly loads: readonly LoadResult[];
  readonly edits: EditResults;
  readonly judgement: JudgementResult;
  readonly inProcess: readonly InProcessResult[];
  readonly commands: CommandResults;
  readonly tookMs: number;
}

export interface LoadResult {
  readonly server: string;
  readonly workspaces: number;
  readonly readyMs: readonly number[];
  readonly workMs: readonly number[];
  /** Once ready, and the most there was until the end of the run, after load and edits. */
  readonly residentMib: number;
  readonly mostMib: number;
}
