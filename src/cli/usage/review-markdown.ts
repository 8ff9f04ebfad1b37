import { codeCell, codeSpan, sentenceOf } from '../report/markdown-text.ts';
import type { ReviewOutcome } from './review-outcome.ts';
import { usedBy } from './review-text.ts';
import {
  describeLog,
  describeNeverAsked,
  describeOddities,
  describeWaiver,
  sayHolders,
  sectionsOf,
  summarizeReview,
} from './review-words.ts';

/** For a pull request or an issue: a table of each kind, the evidence beside each finding. */
export function reviewAsMarkdown({ review, display }: ReviewOutcome): readonly string[] {
  const sections = sectionsOf(review).flatMap(({ heading, findings }) => [
    '',
    `#### ${heading}`,
    '',
    '| finding | what | evidence | where |',
    '|---|---|---|---|',
    ...findings.map((finding) => {
      const { id, message, position, byHand } = finding;
      const evidence = [sayHolders(finding), usedBy(review.roles, finding), byHand && `by hand: ${byHand}`];
      const told = evidence.flatMap((text) => (text === undefined || text === '' ? [] : [sentenceOf(text, codeCell)]));
      const where = position ? codeCell(`${display(position.file)}:${position.line}`) : '';
      return `| ${codeCell(id)} | ${sentenceOf(message, codeCell)} | ${told.join('<br>')} | ${where} |`;
    }),
  ]);
  const never = describeNeverAsked(review);
  return [
    `### Review: ${sentenceOf(summarizeReview(review))}`,
    '',
    sentenceOf(describeLog(review)),
    ...describeOddities(review).flatMap((odd) => ['', `⚠️ ${sentenceOf(odd)}`]),
    ...sections,
    ...(never === undefined ? [] : ['', sentenceOf(never)]),
    ...(review.waived.length === 0 ? [] : ['', '#### Accepted', '']),
    ...review.waived.map(
      ({ finding, waiver }) =>
        `- ${codeSpan(finding.id)}: ${sentenceOf(finding.message)}, until ${codeSpan(waiver.until)}: ${codeSpan(waiver.reason)}`,
    ),
    ...review.waivers.flatMap((note) => ['', `⚠️ ${sentenceOf(describeWaiver(note))}`]),
  ];
}
