import { createHash } from 'node:crypto';
import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { formatInstant, parseFrom, parseUntil } from '../../policy/text/instant.ts';
import { isJsonObject } from '../../policy/text/json.ts';
import { limits } from '../../policy/limits.ts';
import type { Catalog } from '../../policy/catalog.ts';
import { inGroup, type RuntimeAssignment } from '../../policy/runtime-member.ts';
import { subjectIdFault, type SubjectId } from '../../policy/subject.ts';
import type { Predecessor } from '../../review/members/change-question.ts';
import type { MemberChangeRequest } from '../../store/database/members/member-change.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { groupMemberChangeSchema, memberChangeSchema } from './member-schemas.ts';
import { invalid, refuseViolation } from '../messages/invalid-request.ts';

/** The body of a PUT, once its schema holds. */
interface MemberBody {
  readonly roles: readonly (string | RuntimeAssignment)[];
  readonly actor: string | SubjectId;
  readonly inPlaceOf?: string | PredecessorBody;
  readonly reason?: string;
}

interface PredecessorBody {
  readonly type?: string;
  readonly id: string;
  readonly roles?: readonly (string | RuntimeAssignment)[];
}

export interface WantedMember {
  readonly assignments: readonly RuntimeAssignment[];
  readonly actor: SubjectId;
  readonly inPlaceOf?: Predecessor | undefined;
  readonly reason: string | undefined;
}

const memberViolations = createSchemaCheck(memberChangeSchema);
const groupMemberViolations = createSchemaCheck(groupMemberChangeSchema);

/** Reads what a membership is to be, or throws an ApiProblem that points at what is wrong with it. */
export function readWantedMember(body: unknown, catalog: Catalog): WantedMember {
  refuseCrowds(body);
  refuseViolation(memberViolations(body), '');
  const { subjectTypes } = catalog;
  const { roles, actor, inPlaceOf, reason } = body as MemberBody;
  const by = readActor(actor, catalog);
  checkText(reason, '/reason');
  const assignments = readAssignments(roles, '/roles');
  if (inPlaceOf === undefined) return { assignments, actor: by, reason };
  return { assignments, actor: by, inPlaceOf: readPredecessor(inPlaceOf, subjectTypes), reason };
}

function readSubject(
  written: string | { readonly type?: string; readonly id: string },
  pointer: string,
  what: string,
  subjectTypes: Catalog['subjectTypes'],
): SubjectId {
  const isBareId = typeof written === 'string';
  const { type = subjectTypes[0], id } = isBareId ? { id: written } : written;
  if (!subjectTypes.includes(type)) throw invalid(`${pointer}/type`, unknownType('the type', subjectTypes));
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw invalid(isBareId ? pointer : `${pointer}/id`, `${what} ${fault}`);
  return { type, id };
}

function readPredecessor(written: string | PredecessorBody, subjectTypes: Catalog['subjectTypes']): Predecessor {
  const subject = readSubject(written, '/inPlaceOf', 'the id', subjectTypes);
  const roles = typeof written === 'string' ? undefined : written.roles;
  return roles === undefined ? { subject } : { subject, assignments: readAssignments(roles, '/inPlaceOf/roles') };
}

function readAssignments(roles: readonly (string | RuntimeAssignment)[], pointer: string): RuntimeAssignment[] {
  return roles.map((role, index) =>
    typeof role === 'string'
      ? { role: checkText(role, `${pointer}/${index}`) }
      : readAssignment(role, `${pointer}/${index}`),
  );
}

/** Reads who puts somebody into a group, and why. */
export function readWantedInGroup(body: unknown, catalog: Catalog): WantedMember {
  refuseCrowds(body);
  refuseViolation(groupMemberViolations(body), '');
  const { actor, reason } = body as Pick<MemberBody, 'actor' | 'reason'>;
  return { assignments: inGroup, actor: readActor(actor, catalog), reason: checkText(reason, '/reason') };
}

/** Who takes a membership away, and why; in the query, because many clients send no body with DELETE. */
export function readRemoval(query: URLSearchParams, { subjectTypes }: Catalog): WantedMember {
  const id = query.get('actor');
  if (id === null) throw new ApiProblem('invalid-request', 'say who does it, as in `?actor=ana%40acme.example`');
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw new ApiProblem('invalid-request', `\`actor\`: the actor's id ${fault}`);
  const type = query.get('actorType') ?? subjectTypes[0];
  if (!subjectTypes.includes(type)) throw new ApiProblem('invalid-request', unknownType('`actorType`', subjectTypes));
  const reason = query.get('reason') ?? undefined;
  const reasonFault = reason === undefined ? undefined : textFault(reason);
  if (reasonFault !== undefined) throw new ApiProblem('invalid-request', `\`reason\` ${reasonFault}`);
  return { assignments: [], actor: { type, id }, reason };
}

function readActor(actor: string | SubjectId, { subjectTypes }: Catalog): SubjectId {
  return readSubject(actor, '/actor', "the actor's id", subjectTypes);
}

/** Over all that makes a change what it is, so that a key cannot stand for two of them. */
export function digestOf(change: Omit<MemberChangeRequest, 'idempotency'>): string {
  const { place, subject, assignments, actor, inPlaceOf, reason, precondition } = change;
  const parts = [
    ...[place.kind, place.id, subject.type, subject.id, plainRoles(assignments)],
    ...[actor.type, actor.id, reason, precondition],
    // Keys that were kept before there were handovers stand for the same requests.
    ...(inPlaceOf ? [inPlaceOf.subject.type, inPlaceOf.subject.id, plainRoles(inPlaceOf.assignments)] : []),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function plainRoles(assignments: readonly RuntimeAssignment[] | undefined): unknown {
  return assignments?.map(({ role, from, until, reason }) => [role, from, until, reason]);
}

function readAssignment({ role, from, until, reason }: RuntimeAssignment, at: string): RuntimeAssignment {
  checkText(role, `${at}/role`);
  checkText(reason, `${at}/reason`);
  return {
    role,
    ...(from === undefined ? {} : { from: readTime(from, parseFrom, `${at}/from`) }),
    // A date ends with its day, which is an instant like any other once it is stored.
    ...(until === undefined ? {} : { until: readTime(until, parseUntil, `${at}/until`) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function readTime(text: string, parse: (text: string) => number | undefined, pointer: string): string {
  const ms = parse(text);
  const help = 'write a date as in `2026-12-31`, or `2026-12-31T18:00:00Z`';
  if (ms === undefined) throw invalid(pointer, `is no day or time that exists (${help})`);
  return formatInstant(ms);
}

// Every violation is described, which takes long for a crowd of them.
function refuseCrowds(body: unknown): void {
  if (!isJsonObject(body)) return;
  const { roles, actor, inPlaceOf } = body;
  if (Object.keys(body).length > limits.objectMembers) throw invalid('', 'too many members');
  for (const [pointer, value] of [['/actor', actor] as const, ['/inPlaceOf', inPlaceOf] as const]) {
    if (isJsonObject(value) && Object.keys(value).length > limits.objectMembers) {
      throw invalid(pointer, 'too many members');
    }
  }
  refuseManyRoles(roles, '/roles');
  if (isJsonObject(inPlaceOf)) refuseManyRoles(inPlaceOf['roles'], '/inPlaceOf/roles');
}

function refuseManyRoles(roles: unknown, pointer: string): void {
  if (!Array.isArray(roles)) return;
  if (roles.length > limits.rolesOfMember) {
    throw invalid(pointer, `a member holds at most ${limits.rolesOfMember} roles, found ${roles.length}`);
  }
  for (const [index, role] of roles.entries()) {
    const isCrowd = isJsonObject(role) && Object.keys(role).length > limits.objectMembers;
    if (isCrowd) throw invalid(`${pointer}/${index}`, 'too many members');
  }
}

function checkText<Text extends string | undefined>(text: Text, pointer: string): Text {
  const fault = text === undefined ? undefined : textFault(text);
  if (fault !== undefined) throw invalid(pointer, fault);
  return text;
}

// What is stored must be text to every database, and a line in a log.
function textFault(text: string): string | undefined {
  if (text === '') return 'must not be empty';
  if (text.length > limits.reasonCharacters) return `must have at most ${limits.reasonCharacters} characters`;
  if (!text.isWellFormed()) return 'holds half of a surrogate pair';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return 'holds a control character';
  }
  return undefined;
}

export function unknownType(what: string, subjectTypes: readonly string[]): string {
  return `${what} is one of ${subjectTypes.map((name) => `\`${name}\``).join(', ')}`;
}
