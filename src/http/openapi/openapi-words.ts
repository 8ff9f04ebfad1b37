// The words that the schemas of answers are made of. Objects list all their members, so that the test which checks real
// answers against them finds every member that nobody described.

export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const count = { type: 'integer', minimum: 0 };
export const time = { type: 'string', format: 'date-time' };
export const timeOrNone = { ...time, type: ['string', 'null'] };
export const revision = {
  ...text,
  description:
    'Twelve hex digits, for people: the same files, the same revision. With a database a dot, a count of changes, a dash ' +
    'and a token of the history. As a whole it is what `minRevision` takes.',
};
export const revisionOrNone = { ...revision, type: ['string', 'null'] };

export function record(required: Record<string, object>, optional: Record<string, object> = {}): object {
  return {
    type: 'object',
    required: Object.keys(required),
    additionalProperties: false,
    properties: { ...required, ...optional },
  };
}

export function list(items: object): { type: 'array'; items: object } {
  return { type: 'array', items };
}

/** An object that takes anything. */
export function anything(description: string): { type: 'object'; description: string; additionalProperties: true } {
  return { type: 'object', description, additionalProperties: true };
}

/** On a list that comes in pages. */
export const next = { ...text, description: 'What `after` of the next page is; left out on the last.' };
