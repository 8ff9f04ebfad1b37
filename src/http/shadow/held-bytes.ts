import type { EnforceRequest } from '../../policy/decision.ts';

/** About what a question takes in memory beside its attributes, and what each value of those does: objects, keys, numbers. */
const questionBytes = 512;
const valueBytes = 64;

/** About what a question takes in memory; `Infinity` for one with more values than so many, which is not counted to its end. */
export function heldBytes(request: EnforceRequest, mostValues: number): number {
  const { subjectProperties, resource, context } = request;
  if (subjectProperties === undefined && resource === undefined && context === undefined) return questionBytes;
  return questionBytes + bytesOfValues([subjectProperties, resource, context], mostValues);
}

function bytesOfValues(roots: readonly unknown[], mostValues: number): number {
  const waiting = [...roots];
  let bytes = 0;
  for (let values = 0; waiting.length > 0; values += 1) {
    if (values + waiting.length > mostValues) return Infinity;
    const value = waiting.pop();
    bytes += valueBytes;
    if (typeof value === 'string') bytes += value.length * 2;
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value) as unknown[];
    if (!Array.isArray(value)) for (const key of Object.keys(value)) bytes += key.length * 2;
    if (members.length > mostValues) return Infinity;
    waiting.push(...members);
  }
  return bytes;
}
