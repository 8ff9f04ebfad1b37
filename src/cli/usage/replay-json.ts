import { formatInstant } from '../../policy/text/instant.ts';
import type { ReplayGroup } from '../../review/usage/replay-tally.ts';
import type { ReplayOutcome } from './replay-outcome.ts';

/** A replay as `schemas/replay.schema.json` has it. */
export function replayAsJson(outcome: ReplayOutcome): string {
  const { report, revision, from, atMs, limit, failed } = outcome;
  const { groups, fromMs, toMs, odd, ...counts } = report;
  const told = groups.slice(0, limit);
  return JSON.stringify({
    format: 'rolebook-replay/1',
    revision,
    ...(from !== undefined && { policy: from }),
    at: atMs === undefined ? 'each' : formatInstant(atMs),
    ...(fromMs !== undefined && { from: formatInstant(fromMs) }),
    ...(toMs !== undefined && { to: formatInstant(toMs) }),
    ...counts,
    odd,
    groups: told.map((group) => describeGroup(group, outcome)),
    untoldGroups: groups.length - told.length,
    failed,
  });
}

function describeGroup(
  { change, permission, before, after, roleBefore, by, count, people, example, firstMs, lastMs }: ReplayGroup,
  { display }: ReplayOutcome,
): object {
  const { role, file, line, column } = by;
  return {
    ...{ change, permission, count },
    before: { reason: before, ...(roleBefore !== undefined && { role: roleBefore }) },
    after: {
      reason: after,
      ...(role !== undefined && { role }),
      ...(file !== undefined && { file: display(file), line, column }),
    },
    people,
    first: formatInstant(firstMs),
    last: formatInstant(lastMs),
    example,
  };
}
