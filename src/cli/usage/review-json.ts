import { formatInstant } from '../../policy/text/instant.ts';
import { editsOf } from '../../review/usage/review-edits.ts';
import type { Evidence, Use, UsageFinding } from '../../review/usage/usage-finding.ts';
import type { ReviewOutcome } from './review-outcome.ts';

/** For programs, and for the pages: `schemas/review.schema.json` says what each member is. */
export function reviewAsJson({ review, ground, display }: ReviewOutcome): string {
  const { log, refused, findings, waived, waivers, roles, neverAsked, tooNew, silent, unknown, renamed, policy } =
    review;
  const asData = (finding: UsageFinding): object => {
    const { id, kind, about, message, evidence, position, byHand } = finding;
    return {
      id,
      kind,
      about,
      message,
      evidence: evidenceAsData(evidence),
      ...(position ? { file: display(position.file), line: position.line, column: position.column } : {}),
      edits: editsOf([finding], ground).map(({ edit }) => edit),
      ...(byHand === undefined ? {} : { byHand }),
    };
  };
  const document = {
    format: reviewFormat,
    revision: policy.revision,
    log: { ...log, format: undefined },
    judged: refused === undefined,
    ...(refused === undefined ? {} : { refused }),
    findings: findings.map(asData),
    waived: waived.map(({ finding, waiver }) => {
      return { finding: asData(finding), reason: waiver.reason, until: waiver.until };
    }),
    waivers: waivers.map(({ waiver, why }) => {
      return { check: waiver.check, about: Object.fromEntries(waiver.about), until: waiver.until, why };
    }),
    roles: roles.map(({ about, holders, used }) => {
      return { about, holders, used: used.map(({ permission, use }) => ({ permission, ...useAsData(use) })) };
    }),
    neverAsked,
    tooNew,
    silent,
    unknown: {
      permissions: Object.fromEntries(unknown.permissions),
      places: Object.fromEntries(unknown.places),
      strangers: unknown.strangers,
    },
    renamed,
  };
  return JSON.stringify(document, undefined, 2);
}

export const reviewFormat = 'rolebook-review/1';

function evidenceAsData({ use, sinceMs, untilMs, names, ...rest }: Evidence): object {
  return {
    ...rest,
    ...(names === undefined || names.length === 0 ? {} : { names }),
    ...(use ? useAsData(use) : {}),
    ...(sinceMs === undefined ? {} : { since: formatInstant(sinceMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
  };
}

function useAsData({ count, firstMs, lastMs }: Use): object {
  return { count, first: formatInstant(firstMs), last: formatInstant(lastMs) };
}
