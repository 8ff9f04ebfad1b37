import { diffBesideOthers } from '../diff/diff-markdown.ts';
import { codeCell, codeSpan, sentenceOf, wordsOf } from '../report/markdown-text.ts';
import { printable } from '../report/printable.ts';
import { describeFailure } from '../testing/test-outcome.ts';
import { effectOf, failedTests, lossesOf, type EditOutcome } from './edit-outcome.ts';

// GitHub takes 65,536 characters of all together; each of these lists gets some of them, and the effect the rest.
const mostOfSection = 8000;
const mostRows = 50;
const mostPatch = 3000;

/** For a pull request: why it is refused, what it does to people, who is affected, and the text that changes. */
export function editAsMarkdown(outcome: EditOutcome): readonly string[] {
  const { judged, display } = outcome;
  const effect = effectOf(outcome);
  const problems = judged.errors.map(
    ({ code, message, file, line }) =>
      `- ❌ ${sentenceOf(message)} (${codeSpan(`${display(file)}:${line}`)}) ${codeSpan(code)}`,
  );
  const failed = failedTests(judged).map((test) => {
    const why = test.failures.map((failure) => sentenceOf(describeFailure(failure))).join('; ');
    return `- ❌ ${wordsOf(test.name)} (${codeSpan(`${display(test.file)}:${test.line}`)}): ${why}`;
  });
  const [first, last] = [
    [section('Problems', problems), refusedAsMarkdown(judged.faults), section('Policy tests that fail', failed)],
    [section('Affected', affectedRows(outcome), affectedHead), patchLines(judged.patch)],
  ];
  const taken = [...first, ...last].flat().reduce((sum, line) => sum + line.length + 1, 0);
  const sections = [...first, effect ? diffBesideOthers(effect, taken) : [], ...last];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Why edits may not be made. */
export function refusedAsMarkdown(
  faults: readonly { readonly code: string; readonly message: string }[],
): readonly string[] {
  return section(
    'Refused',
    faults.map(({ code, message }) => `- ❌ ${sentenceOf(message)} ${codeSpan(code)}`),
  );
}

function section(title: string, lines: readonly string[], head: readonly string[] = []): readonly string[] {
  if (lines.length === 0) return [];
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(0, mostRows)) {
    length += line.length;
    if (length > mostOfSection) break;
    shown.push(line);
  }
  const more = lines.length - shown.length;
  return [
    `### ${title}`,
    '',
    ...(shown.length > 0 ? [...head, ...shown] : []),
    ...(more > 0 ? ['', `And ${more} more.`] : []),
  ];
}

const affectedHead = ['| who | where | held | loses |', '|---|---|---|---|'];

function affectedRows({ judged: { affected } }: EditOutcome): readonly string[] {
  return affected.map((member) => {
    const lost = lossesOf(member).map((name) => codeCell(name));
    const held = member.roles.map((role) => codeCell(role)).join(', ');
    const what = lost.length === 0 ? 'nothing' : lost.join(', ');
    return `| ${codeCell(member.subject)} | ${codeCell(member.id)} | ${held} | ${what} |`;
  });
}

// Between more backticks than it has in a row itself, so that nothing of it is markup.
function patchLines(patch: string): readonly string[] {
  if (patch === '') return [];
  const lines = patch.trimEnd().split('\n').map(printable);
  const text = lines.join('\n');
  const shown = text.length > mostPatch ? `${text.slice(0, mostPatch).toWellFormed()}\n…` : text;
  let fence = '```';
  while (shown.includes(fence)) fence += '`';
  return ['### Text', '', `${fence}diff`, shown, fence];
}
