import { ApiProblem } from './api-problem.ts';

/** The query of a request, which may only have the parameters of these names, each once. */
export function readQuery(url: string, known: Readonly<Record<string, unknown>>): URLSearchParams {
  const mark = url.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (!Object.hasOwn(known, name)) throw new ApiProblem('unknown-parameter', unknownParameter(Object.keys(known)));
    if (seen.has(name)) throw new ApiProblem('unknown-parameter', `the parameter \`${name}\` stands twice`);
    seen.add(name);
  }
  return query;
}

/** What decisions take in their query. */
export const explainQuery = {
  explain: {
    description: 'Adds the reason of each decision. It stands alone: `?explain`.',
    mayBeEmpty: true,
    schema: { type: 'string', enum: ['', 'true'] },
  },
} as const;

/** `?explain` asks for reasons. */
export function readExplain(url: string): 'explain' | 'plain' {
  // Nearly every request ends here: it has no query, or just this one.
  const mark = url.indexOf('?');
  if (mark < 0) return 'plain';
  if (url.length === mark + '?explain'.length && url.endsWith('?explain')) return 'explain';
  const value = readQuery(url, explainQuery).get('explain');
  if (value === null) return 'plain';
  if (value === '' || value === 'true') return 'explain';
  throw new ApiProblem('unknown-parameter', '`explain` stands alone; leave it out for an answer without a reason');
}

function unknownParameter(known: readonly string[]): string {
  if (known.length === 0) return 'this endpoint takes no query parameters';
  const names = known.map((name) => `\`${name}\``).join(', ');
  return known.length === 1 ? `the only query parameter here is ${names}` : `the query parameters here are ${names}`;
}
