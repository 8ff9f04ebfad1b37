import { isAtOrganization } from '../../policy/policy-set.ts';
import { codeCell, codeSpan, wordsOf } from '../report/markdown-text.ts';
import { asideNotes } from './matrix-layout.ts';
import { legendOf, signs, titleOf, type MatrixOutcome } from './matrix-words.ts';

/** For a pull request or a wiki: a table for each category. */
export function matrixAsMarkdown(outcome: MatrixOutcome): string[] {
  const { place, roles, categories, policy } = outcome;
  const where = place && !isAtOrganization(place) ? ` (${codeSpan(place.id)})` : '';
  const legend = legendOf(outcome).map(([state, meaning]) => `${signs[state]} ${meaning}`);
  const head = [
    `| permission | ${roles.map(({ id }) => codeCell(id)).join(' | ')} |`,
    `|---|${roles.map(() => ':-:|').join('')}`,
  ];
  const tables = categories.flatMap(({ title, lines }) => {
    const shown = lines.filter(({ isAside }) => !isAside);
    if (shown.length === 0) return [];
    const rows = shown.map(({ permission, scopes, cells }) => {
      const name = scopes.length === 0 ? permission.id : `${permission.id}@${scopes.join('+')}`;
      return `| ${codeCell(name)} | ${cells.map(({ state }) => signs[state]).join(' | ')} |`;
    });
    return ['', `### ${wordsOf(title)}`, '', ...head, ...rows];
  });
  const notes = [legend.join(' · '), ...asideNotes(categories), `Revision ${codeSpan(policy.revision)}.`];
  return [
    `## ${wordsOf(titleOf(outcome))}${where}`,
    ...tables,
    ...notes.flatMap((note) => (note === '' ? [] : ['', note])),
  ];
}
