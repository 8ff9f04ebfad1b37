import { formatPosition } from '../../policy/position.ts';
import type { UsageFinding } from '../../review/usage/usage-finding.ts';
import { keyOfRole } from '../../review/usage/find-role-findings.ts';
import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { wrapLine } from '../report/wrap-text.ts';
import type { ReviewOutcome } from './review-outcome.ts';
import {
  describeLog,
  describeNeverAsked,
  describeOddities,
  describeUsed,
  describeWaiver,
  sayHolders,
  sectionsOf,
} from './review-words.ts';

/** For people: each kind under its heading, each finding with its name, its line, and what it takes by hand. */
export function reviewAsText({ review, display }: ReviewOutcome, { paint, width }: ReportSurroundings): string[] {
  const told = (text: string): string => wrapLine(printable(text), width, 4);
  const sections = sectionsOf(review).map(({ kind, heading, findings }) => [
    paint.bold(heading),
    ...findings.flatMap((finding, index) => {
      const { id, message, position, byHand } = finding;
      const where = position ? `, ${formatPosition({ ...position, file: display(position.file) })}` : '';
      const isLast = keyOfRole(findings[index + 1]?.about ?? {}) !== keyOfRole(finding.about);
      const isOfRole = kind === 'unused-permission';
      const used = isOfRole && isLast ? usedBy(review.roles, finding) : undefined;
      const holders = !isOfRole || isLast ? sayHolders(finding) : '';
      return [
        `  ${paint.faint(id)}  ${told(`${message}${where}`)}`,
        ...(byHand === undefined ? [] : [told(`    by hand: ${byHand}`)]),
        ...(holders === '' ? [] : [told(`    ${holders}`)]),
        ...(used === undefined ? [] : [told(`    ${used}`)]),
      ];
    }),
  ]);
  const never = describeNeverAsked(review);
  const accepted = review.waived.map(
    ({ finding, waiver }) =>
      `  ${paint.faint(finding.id)}  ${told(`${finding.message}, until ${waiver.until}: ${waiver.reason}`)}`,
  );
  const blocks = [
    [describeLog(review), ...describeOddities(review)].map(told),
    ...sections,
    never === undefined ? [] : [told(never)],
    accepted.length === 0 ? [] : [paint.bold('Accepted'), ...accepted],
    review.waivers.map((note) => told(describeWaiver(note))),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

/** What holders of the role of a finding did use. */
export function usedBy(roles: ReviewOutcome['review']['roles'], { about }: UsageFinding): string | undefined {
  const found = roles.find((one) => keyOfRole(one.about) === keyOfRole(about));
  return found && found.used.length > 0 ? describeUsed(found) : undefined;
}
