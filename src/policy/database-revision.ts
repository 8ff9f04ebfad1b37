import { revisionToken } from './text/history-token.ts';
import { formatRevision } from './text/revision-text.ts';
import type { DatabaseState } from './runtime-member.ts';

/** The revision of a policy of a database at one state of it, as sidecars and the command line tell it. */
export function formatDatabaseRevision(policyRevision: string, { sequence, token }: DatabaseState): string {
  return formatRevision({ kind: 'database', policy: policyRevision, sequence, token: revisionToken(token) });
}
