import type { TimedRole } from '../../policy/policy-set.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import type { RoleTime } from '../../review/access/given-role.ts';

/** When a role that was given holds. Days are written as in YAML: one that begins with a day, or ends with it. */
export function sayTime({ fromMs, untilMs }: Pick<TimedRole, 'fromMs' | 'untilMs'>, time: RoleTime): string {
  const from = fromMs === undefined ? '' : shortInstant(fromMs, 0);
  const until = untilMs === undefined ? '' : shortInstant(untilMs, dayMs);
  if (time === 'ended') return `ended ${until}`;
  const ends = until === '' ? '' : `until ${until}`;
  const more = { begins: `begins ${from}`, waits: 'only where one is a member', holds: '' }[time];
  return [more, ends].filter((part) => part !== '').join(', ');
}

const dayMs = 86_400_000;

// Midnight by its day, or by the one before, which ends then.
function shortInstant(ms: number, backMs: number): string {
  return ms % dayMs === 0 ? formatInstant(ms - backMs).slice(0, 'yyyy-mm-dd'.length) : formatInstant(ms);
}

/** The same for programs, with where it comes from. */
export function givenAsJson(
  { role, fromMs, untilMs, reason, group, position }: TimedRole,
  display: (file: string) => string,
): Readonly<Record<string, unknown>> {
  return {
    role: role.id,
    title: role.title,
    ...(group === undefined ? {} : { group }),
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    ...(reason === undefined ? {} : { reason }),
    ...(position ? { file: display(position.file), line: position.line, column: position.column } : {}),
  };
}
