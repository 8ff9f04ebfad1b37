import { assert } from 'chai';
import { expectProblem } from './problem-reply.ts';
import type { Call, Reply } from './running-sidecar.ts';

interface Caller {
  call(path: string, call?: Call): Promise<Reply>;
}

/** What a path answers to whoever reads for an actor; without one: to the application itself. */
export async function readAs<Document>(running: Caller, path: string, actor?: string): Promise<Document> {
  const reply = await running.call(path, { headers: actor === undefined ? {} : { 'X-Rolebook-Actor': actor } });
  assert.strictEqual(reply.status, 200, `${path}: ${reply.text}`);
  return reply.json as Document;
}

/** Holds that an actor is told, to the letter, what is told of a place that is not there. */
export async function expectNothingThere(
  running: Caller,
  actor: string,
  path: string,
  nowhere: string,
  code: string,
): Promise<void> {
  const headers = { 'X-Rolebook-Actor': actor };
  const told = await running.call(path, { headers });
  expectProblem(told, 404, code);
  assert.strictEqual(told.text, (await running.call(nowhere, { headers })).text, path);
}

/** Headers that say in no way for whom it is read. */
export const wrongActors: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  ['nobody', { 'X-Rolebook-Actor': '' }],
  ['a quote', { 'X-Rolebook-Actor': 'a%22' }],
  ['a parenthesis', { 'X-Rolebook-Actor': 'a(b' }],
  ['a control character', { 'X-Rolebook-Actor': 'a%00' }],
  ['a blank at its end', { 'X-Rolebook-Actor': 'mia%20' }],
  ['half an encoding', { 'X-Rolebook-Actor': 'a%4' }],
  ['no UTF-8', { 'X-Rolebook-Actor': '%ff' }],
  ['a blank', { 'X-Rolebook-Actor': 'mia ada' }],
  ['letters that are not ASCII', { 'X-Rolebook-Actor': 'm\u00efa' }],
  ['too many characters', { 'X-Rolebook-Actor': 'a'.repeat(257) }],
  ['an unknown type', { 'X-Rolebook-Actor': 'mia', 'X-Rolebook-Actor-Type': 'robot' }],
  ['a group', { 'X-Rolebook-Actor': 'desk', 'X-Rolebook-Actor-Type': 'group' }],
  ['a type alone', { 'X-Rolebook-Actor-Type': 'user' }],
];

/** `If-None-Match` that is no list of tags. */
export const wrongTags: readonly string[] = [
  'abc',
  '"abc',
  'abc"',
  '"a" "b"',
  'w/"a"',
  '**',
  ',',
  '"a",b',
  "'a'",
  '"a"b',
];
