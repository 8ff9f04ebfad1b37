import type { EnforceRequest } from '../policy/decision.ts';
import { RolebookError } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';
import { type SubjectId, subjectIdFault } from '../policy/subject.ts';
import type { JsonObject } from '../policy/text/json.ts';
import type { Attributes, PolicyQuestion, Subject } from './policy-engine.ts';
import { requireAttributes } from './plain-data.ts';

/**
 * Reads what an application asks, or throws a RolebookError that says what is wrong with it. Beyond this door a request is
 * typed and its names are not empty.
 *
 * INVARIANT: what it reads, the sidecar's `readEnforceRequest` reads the same once it is JSON, and what that refuses, this
 * refuses, too. A property test holds it against that.
 */
export function readPolicyQuestion(question: PolicyQuestion, firstSubjectType: string): EnforceRequest {
  requireMembers(question, isMember, 'a question', '');
  const { subject, workspace, organization, permission, scope, resource, context } = question;
  if (workspace === undefined) requireName(organization, 'organization', limits.idCharacters, placeMissing);
  else {
    if (organization !== undefined) refuse('has both `workspace` and `organization`', 'name one of them');
    requireName(workspace, 'workspace', limits.idCharacters);
  }
  requireName(permission, 'permission', limits.permissionCharacters);
  const { type: subjectType, id: subjectId } = readAskingSubject(subject, firstSubjectType);
  return {
    subjectType,
    subjectId,
    subjectProperties: typeof subject === 'string' ? undefined : attributesOf(subject.properties, 'subject.properties'),
    workspace,
    organization,
    permission,
    scopes: scope === undefined ? undefined : readScopes(scope),
    resource: attributesOf(resource, 'resource'),
    context: attributesOf(context, 'context'),
  };
}

/** Whether something is an object of the members of a question and no other. What they are is not looked at. */
export function hasQuestionMembers(question: unknown): boolean {
  if (typeof question !== 'object' || question === null || Array.isArray(question)) return false;
  for (const name in question) if (!isMember(name)) return false;
  return true;
}

/** A subject by its type and id. */
export function readAskingSubject(subject: Subject | undefined, firstSubjectType: string): SubjectId {
  if (typeof subject === 'string') {
    requireSubjectId(subject, 'subject');
    return { type: firstSubjectType, id: subject };
  }
  if (subject === undefined) refuse('has no `subject`');
  requireMembers(subject, isSubjectMember, 'its `subject`', 'subject.');
  requireName(subject.type, 'subject.type', limits.idCharacters);
  requireName(subject.id, 'subject.id', 2 * limits.subjectIdCharacters);
  requireSubjectId(subject.id, 'subject.id');
  return { type: subject.type, id: subject.id };
}

/** Whether a text can be the id of a place; throws where it cannot. */
export function requireName(value: unknown, name: string, most: number, missing?: string): asserts value is string {
  if (typeof value === 'string' && value.length <= most && value !== '' && value.isWellFormed()) return;
  if (value === undefined) refuse(missing ?? `has no \`${name}\``);
  if (typeof value !== 'string') refuse(`has no text as \`${name}\`, but ${typeOf(value)}`);
  if (value === '') refuse(`has an empty \`${name}\``);
  if (!value.isWellFormed()) refuse(`has half of a surrogate pair in \`${name}\``);
  // What looks like one letter may be two units of a text, and the sidecar counts letters.
  if (value.length > 2 * most || lettersIn(value) > most) refuse(`has a \`${name}\` of more than ${most} characters`);
}

const placeMissing = 'has no `workspace`, and no `organization` in its place for a permission that spans it';
// Names that are compared one by one are found sooner than in a set.
const isMember = (name: string): boolean =>
  name === 'subject' ||
  name === 'workspace' ||
  name === 'permission' ||
  name === 'resource' ||
  name === 'scope' ||
  name === 'organization' ||
  name === 'context';
const isSubjectMember = (name: string): boolean => name === 'type' || name === 'id' || name === 'properties';
const mostScopes = limits.conditionalScopes + 1;

function requireMembers(value: unknown, isKnown: (name: string) => boolean, what: string, within: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `${what} is an object, not ${typeOf(value)}`;
    throw new RolebookError('usage', message, { help: 'ask `{ subject, workspace, permission }`' });
  }
  // A member that is misspelt would be missing without a word.
  for (const name in value) {
    if (!isKnown(name)) refuse(`has a member that means nothing: \`${within}${name.slice(0, mostShown)}\``);
  }
}

function lettersIn(text: string): number {
  let letters = 0;
  for (const letter of text) letters += letter === '' ? 0 : 1;
  return letters;
}

function requireSubjectId(id: string, name: string): void {
  const fault = subjectIdFault(id);
  if (fault !== undefined) refuse(`has a \`${name}\` that ${fault}`);
}

function readScopes(scope: unknown): readonly string[] {
  if (typeof scope === 'string') {
    requireName(scope, 'scope', limits.idCharacters);
    return [scope];
  }
  if (!Array.isArray(scope)) refuse(`has no text or list as \`scope\`, but ${typeOf(scope)}`);
  const scopes: readonly unknown[] = scope;
  if (scopes.length === 0) refuse('has an empty list as `scope`', 'leave it out, and it is found from `when`');
  if (scopes.length > mostScopes) refuse(`has ${scopes.length} scopes, and at most ${mostScopes} can be`);
  const read: string[] = [];
  for (const one of scopes) {
    requireName(one, 'scope', limits.idCharacters, 'has nothing in its list of scopes');
    if (read.includes(one)) refuse(`has the scope \`${one}\` twice`);
    read.push(one);
  }
  return read;
}

function attributesOf(value: Attributes | undefined, name: string): JsonObject | undefined {
  if (value === undefined) return undefined;
  const fault = requireAttributes(value, name);
  if (fault !== undefined) refuse(fault.message, fault.help);
  return value as JsonObject;
}

function refuse(fault: string, help?: string): never {
  throw new RolebookError('usage', `the question ${fault}`, help === undefined ? {} : { help });
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return '`null`';
  if (Array.isArray(value)) return 'a list';
  const type = typeof value;
  return type === 'object' ? 'an object' : `a ${type}`;
}

const mostShown = 40;
