import { organizationOfDomain } from '../../policy/policy-set.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { countChanges } from '../../review/diff/wording/change-lines.ts';
import type { AccessChange, Cause, Notice } from '../../review/diff/matching/policy-difference.ts';
import { isClosed } from '../../review/diff/wording/change-gate.ts';
import type { EscalationPath } from '../../review/escalation/escalation-path.ts';
import { endedUnasked } from '../../review/members/runtime-moves.ts';
import { plainEnded } from '../report/ended-memberships.ts';
import type { DiffOutcome } from './diff-outcome.ts';

type Display = DiffOutcome['display'];

/** The sides as they are called in the document: what the files are compared with, and they themselves. */
const sideNames = { before: 'base', after: 'files' } as const satisfies Record<Cause['side'], string>;

/** For programs: every name. A change a line, so that a document of a hundred thousand names is still one of lines. */
export function reportDiffAsJson(outcome: DiffOutcome): readonly string[] {
  const { base, revisions, isDirty, difference, moves, escalations, gates, isAccepted, display } = outcome;
  const head = {
    base: {
      commit: base.commit ?? null,
      how: base.how.replaceAll('`', ''),
      revision: base.published ?? revisions.before ?? null,
      ...(base.standIn === undefined ? {} : { comparedWith: base.standIn }),
      problems: base.problems.map((problem) => ({ ...problem, file: display(problem.file) })),
    },
    files: { revision: revisions.after, differFromCommit: isDirty },
    compared: difference !== undefined,
    counts: countChanges(difference?.changes ?? []),
    endedMemberships: plainEnded(endedUnasked(moves)),
    gates: gates.map((result) => ({
      failOn: result.gate.text,
      found: result.found,
      uncertain: result.uncertain,
      failed: isClosed(result) && !isAccepted,
    })),
    accepted: isAccepted,
    escalations: {
      opened: escalations.opened.map(({ path, members }) => ({ ...plainPath(path, display), newMembers: members })),
      closed: escalations.closed.map((path) => plainPath(path, display)),
    },
  };
  const notices = (difference?.notices ?? []).map((notice) => JSON.stringify(plainNotice(notice, display)));
  const changes = (difference?.changes ?? []).map((change) => JSON.stringify(plainChange(change, display)));
  const top = JSON.stringify(head, undefined, 2).slice(0, -2);
  return [`${top},`, ...list('notices', notices, ','), ...list('changes', changes, ''), '}'];
}

function list(name: string, items: readonly string[], end: string): string[] {
  if (items.length === 0) return [`  "${name}": []${end}`];
  return [
    `  "${name}": [`,
    ...items.map((item, index) => `    ${item}${index < items.length - 1 ? ',' : ''}`),
    `  ]${end}`,
  ];
}

function plainChange(change: AccessChange, display: Display): object {
  const { kind, workspace, subjects, permissions, fromMs, untilMs, cause } = change;
  const organization = organizationOfDomain(workspace);
  return {
    kind,
    ...(organization === undefined ? { workspace } : { organization }),
    subjects,
    permissions,
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    cause: plainCause(cause, display),
  };
}

function plainCause(
  { kind, role, through, text, side, file, line, column, lines, nearest }: Cause,
  display: Display,
): object {
  return {
    kind,
    ...(role === undefined ? {} : { role }),
    ...(through.length === 0 ? {} : { through }),
    text,
    side: sideNames[side],
    file: display(file),
    line,
    column,
    ...(lines === undefined ? {} : { lines }),
    ...(nearest === undefined ? {} : { nearest: { ...plainPosition(nearest), file: display(nearest.file) } }),
  };
}

function plainPath(path: EscalationPath, display: Display): object {
  const steps = path.steps.map((step) =>
    step.position ? { ...step, position: { ...step.position, file: display(step.position.file) } } : step,
  );
  return { ...path, steps };
}

function plainNotice(notice: Notice, display: Display): object {
  const { kind, text, workspace, subjects, mayDecideOtherwise, position, side } = notice;
  return {
    kind,
    text,
    ...(workspace === undefined ? {} : { workspace }),
    ...(subjects.length === 0 ? {} : { subjects }),
    ...(mayDecideOtherwise.length === 0 ? {} : { mayDecideOtherwise }),
    ...(position === undefined
      ? {}
      : { side: sideNames[side], ...plainPosition(position), file: display(position.file) }),
  };
}

function plainPosition({ file, line, column }: { file: string; line: number; column: number }): object {
  return { file, line, column };
}
