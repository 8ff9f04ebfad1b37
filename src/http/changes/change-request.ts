import { createHash } from 'node:crypto';
import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { subjectIdFault, type SubjectId } from '../../policy/subject.ts';
import { isJsonObject } from '../../policy/text/json.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import type { PlaceName } from '../../review/access/access-places.ts';
import type { Viewer } from '../../review/access/sight.ts';
import type { ChangeMode } from '../../store/changes/asked-change.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import { invalid, refuseViolation } from '../messages/invalid-request.ts';
import { changeEnvelopeSchema, revertSchema } from './change-schemas.ts';
import { editSchemas, type EditName } from './edit-schemas.ts';

/** The words of a change about who makes it, and why. */
export interface WantedBy {
  readonly actor: SubjectId;
  readonly reason: string | undefined;
  /** Where it is to be written; undefined: where the sidecar writes. */
  readonly write: ChangeMode | undefined;
}

interface ByBody {
  readonly actor: string | SubjectId;
  readonly reason?: string;
  readonly write?: ChangeMode;
}

const envelopeViolations = createSchemaCheck(changeEnvelopeSchema);
const revertViolations = createSchemaCheck(revertSchema);
const editViolations = new Map(
  Object.entries(editSchemas).map(([name, schema]) => [name, createSchemaCheck(schema)] as const),
);

/** Edits as a request has them, and who makes them. */
export interface WantedChange extends WantedBy {
  readonly edits: readonly AskedEdit[];
  /** Undefined: nobody wants to see more than what they come to. */
  readonly sees: WantedSight | undefined;
}

/** A question for what somebody would see, as a request has it. */
export interface WantedSight {
  readonly place: PlaceName;
  readonly viewer: Viewer;
  /** Undefined: now. */
  readonly atMs: number | undefined;
}

/** Reads the edits of a change, or throws an ApiProblem that points at what is wrong. */
export function readChange(body: unknown, policy: PolicySet): WantedChange {
  refuseCrowd(body, '');
  const edits = isJsonObject(body) ? body['edits'] : undefined;
  if (Array.isArray(edits) && edits.length > limits.editsOfChange) {
    throw invalid('/edits', `a change has at most ${limits.editsOfChange} edits, found ${edits.length}`);
  }
  refuseViolation(envelopeViolations(body), '');
  const {
    edits: list,
    sees,
    ...by
  } = body as ByBody & { readonly edits: readonly unknown[]; readonly sees?: SeesBody };
  return {
    ...readBy(by, policy),
    edits: list.map((edit, index) => readEdit(edit, `/edits/${index}`)),
    sees: sees && readSees(sees, policy),
  };
}

interface SeesBody {
  readonly workspace?: string;
  readonly organization?: string;
  readonly subject?: string | SubjectId;
  readonly roles?: readonly string[];
  readonly at?: string;
}

function readSees({ workspace, organization, subject, roles, at }: SeesBody, { catalog }: PolicySet): WantedSight {
  if ((workspace === undefined) === (organization === undefined)) {
    throw invalid('/sees', 'say where: either `workspace` or `organization`');
  }
  if ((subject === undefined) === (roles === undefined)) {
    throw invalid('/sees', 'say through whose eyes: either `subject` or `roles`');
  }
  const atMs = at === undefined ? undefined : parseInstant(at);
  if (at !== undefined && atMs === undefined) {
    throw invalid('/sees/at', 'is a date as in `2026-12-31`, or `2026-12-31T18:00:00Z`');
  }
  return {
    place:
      workspace === undefined ? { kind: 'organization', id: organization ?? '' } : { kind: 'workspace', id: workspace },
    viewer:
      subject === undefined
        ? { kind: 'roles', roles: roles ?? [] }
        : { kind: 'subject', subject: readSubject(subject, catalog, '/sees/subject', 'the id') },
    atMs,
  };
}

export function readRevert(body: unknown, policy: PolicySet): WantedBy {
  refuseCrowd(body, '');
  refuseViolation(revertViolations(body), '');
  return readBy(body as ByBody, policy);
}

/** Over all that makes a change what it is, so that a key cannot stand for two of them. */
export function digestOfChange(what: object, { actor, reason, write }: WantedBy): string {
  return createHash('sha256')
    .update(JSON.stringify([what, actor.type, actor.id, reason ?? null, ...(write === undefined ? [] : [write])]))
    .digest('hex');
}

function readEdit(edit: unknown, at: string): AskedEdit {
  refuseCrowd(edit, at);
  const name = isJsonObject(edit) ? edit['edit'] : undefined;
  const check = typeof name === 'string' ? editViolations.get(name) : undefined;
  if (!check) throw invalid(`${at}/edit`, unknownEdit(name));
  refuseViolation(check(edit), at);
  const found = edit as AskedEdit;
  requireOnePlace(found, at);
  return withHeldRoles(found);
}

/** What is said of an edit of tests that nobody reviews. */
export const testsInReview = 'what tests promise is changed where somebody reviews it';

function unknownEdit(name: unknown): string {
  if (name === 'permission.rename') return 'a permission is renamed on the command line, where a review sees it';
  if (name === 'test.leave') return testsInReview;
  const known = (Object.keys(editSchemas) as EditName[]).map((one) => `\`${one}\``).join(', ');
  return `is one of ${known}`;
}

const placed: readonly string[] = ['role', 'member'];

function requireOnePlace(edit: AskedEdit, at: string): void {
  if (!placed.includes(edit.edit.slice(0, edit.edit.indexOf('.')))) return;
  const { workspace, organization } = edit as { readonly workspace?: string; readonly organization?: string };
  if ((workspace === undefined) === (organization === undefined)) {
    throw invalid(at, 'say where: either `workspace` or `organization`');
  }
}

// A role alone stands for itself without times.
function withHeldRoles(edit: AskedEdit): AskedEdit {
  if (edit.edit === 'member.set') return { ...edit, roles: edit.roles.map(heldRole) };
  if ((edit.edit === 'workspace.create' || edit.edit === 'organization.create') && edit.members) {
    return { ...edit, members: edit.members.map((one) => ({ ...one, roles: one.roles.map(heldRole) })) };
  }
  return edit;
}

function heldRole<Held extends object>(role: Held | string): Held {
  return typeof role === 'string' ? ({ role } as unknown as Held) : role;
}

function readBy({ actor, reason, write }: ByBody, { catalog }: PolicySet): WantedBy {
  const textFault = reason === undefined ? undefined : findTextFault(reason);
  const subject = readSubject(actor, catalog, '/actor', "the actor's id");
  if (textFault !== undefined) throw invalid('/reason', textFault);
  return { actor: subject, reason, write };
}

function readSubject(
  subject: string | SubjectId,
  { subjectTypes }: PolicySet['catalog'],
  at: string,
  name: string,
): SubjectId {
  const isBareId = typeof subject === 'string';
  const { type, id } = isBareId ? { type: subjectTypes[0], id: subject } : subject;
  if (!subjectTypes.includes(type)) {
    throw invalid(`${at}/type`, `the type is one of ${subjectTypes.map((known) => `\`${known}\``).join(', ')}`);
  }
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw invalid(isBareId ? at : `${at}/id`, `${name} ${fault}`);
  return { type, id };
}

// It is a line in a log, and of a commit.
function findTextFault(text: string): string | undefined {
  if (!text.isWellFormed()) return 'holds half of a surrogate pair';
  return /\p{Cc}/u.test(text) ? 'holds a control character' : undefined;
}

// Every violation is described, which takes long for a crowd of them.
function refuseCrowd(value: unknown, at: string): void {
  if (isJsonObject(value) && Object.keys(value).length > limits.objectMembers) throw invalid(at, 'too many members');
}
