import type { RefusedEdit, SetMember } from '../../compile/edit/policy-edit.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { findWritten, type PolicySet } from '../../policy/policy-set.ts';
import { groupPlace, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import { parseSubject, type SubjectId } from '../../policy/subject.ts';
import { findActorFaults } from '../../review/changes/actor-faults.ts';
import { objectOfEdit, placeOfEdit, type AskedEdit } from '../../review/changes/asked-edit.ts';
import type { JudgedData } from '../../review/changes/judged-data.ts';
import { membersNear } from '../../review/changes/near-members.ts';
import { findGroup, findPlace, membersPlaceOf } from '../../review/members/member-roles.ts';
import { isRefused, type JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { RefusedCommit } from '../committing/refused-commit.ts';
import type { AskedChange, ChangeAnswer, ChangeRefusal } from './asked-change.ts';

export function refused(
  kind: ChangeRefusal['kind'],
  code: string,
  message: string,
  help?: string,
): { readonly kind: 'refused'; readonly refusal: ChangeRefusal } {
  return { kind: 'refused', refusal: { kind, code, message, ...(help === undefined ? {} : { help }) } };
}

/** The first of all that is wrong, as whoever asks has to mend it: what they may not do before what nobody may. */
export function refusalOf(judged: JudgedEdits): ChangeRefusal {
  if (!isRefused(judged)) throw new Error('it is not refused');
  const { faults, errors, tests } = judged;
  const noRight = faults.find(({ code }) => code === 'actor-not-allowed');
  const fault = noRight ?? order.flatMap((kind) => faults.filter((one) => one.kind === kind))[0];
  if (fault) {
    const { edit, ...rest } = fault;
    return { ...rest, ...(edit === undefined ? {} : { edit }) };
  }
  const [error] = errors;
  if (error) {
    const message = `${error.file}:${error.line}: ${error.message}`;
    return { kind: 'against-the-rules', code: 'invalid-policy', message, help: '`problems` has all of it' };
  }
  const failed = tests?.tests.filter(({ outcome }) => outcome === 'failed') ?? [];
  const names = failed.slice(0, 3).map(({ name, file, line }) => `${name} (${file}:${line})`);
  const more = failed.length > names.length ? `, and ${failed.length - names.length} more` : '';
  return {
    kind: 'against-the-rules',
    code: 'failing-tests',
    message: `${failed.length === 1 ? 'a policy test fails' : `${failed.length} policy tests fail`} after this: ${names.join(', ')}${more}`,
    help: 'change what the tests promise in a pull request, or leave the change',
  };
}

const order = ['not-allowed', 'conflict', 'against-the-rules'] as const;

/** An edit that cannot be made: of something that is not there, or in a layout that is not understood. */
export function refuseEdit({ code, message, help, edit }: RefusedEdit): ChangeRefusal {
  const isUnknown = code.startsWith('unknown-');
  return {
    kind: isUnknown ? 'unknown' : 'against-the-rules',
    code,
    message,
    ...(edit === undefined ? {} : { edit }),
    ...(help === undefined ? {} : { help }),
  };
}

/**
 * Why an actor has no business where an edit is to be made, whatever it says. To be asked before it is judged: what is
 * wrong with an edit, and what would be right, says what there is.
 */
export function findStranger(
  edits: readonly AskedEdit[],
  actor: SubjectId,
  live: PolicySet,
  atMs: number,
  given: readonly RuntimeMember[] = [],
): ChangeRefusal | undefined {
  const made = new Set<string>();
  for (const [index, edit] of edits.entries()) {
    noteMade(edit, made);
    const place = placeOfEdit(edit);
    if (!place || !isJudged(edit) || made.has(`${place.kind} ${place.id}`)) continue;
    if (!findPlace(live, place)) {
      const message = `there is no ${place.kind} ${quote(place.id)}`;
      return { kind: 'unknown', code: `unknown-${place.kind}`, edit: index, message };
    }
    if (mayLeave(edit, { live, given, actor })) continue;
    const step = { index, edit: askedOfAnybody(edit, actor), filesBefore: [], before: live, after: undefined };
    const [fault] = findActorFaults([step], {
      live,
      given: membersNear(given, [step]),
      actor,
      atMs,
      provisions: true,
      isReviewed: false,
    });
    if (fault?.code === 'actor-not-allowed') return { ...fault, edit: index };
  }
  return undefined;
}

// What an edit makes is no place to the policy before it. Whoever provisions makes it.
function noteMade(edit: AskedEdit, made: Set<string>): void {
  if (edit.edit === 'workspace.create') made.add(`workspace ${edit.workspace}`);
  if (edit.edit === 'workspace.rename') made.add(`workspace ${edit.to}`);
  if (edit.edit === 'organization.create') made.add(`organization ${edit.organization}`);
}

// Whether somebody may change members of a place at all: which roles they name, and of whom, comes after that.
function askedOfAnybody(edit: AskedEdit, actor: SubjectId): AskedEdit {
  if (edit.edit !== 'member.set' && objectOfEdit(edit) !== 'group') return edit;
  const { workspace, organization } = edit as { readonly workspace?: string; readonly organization?: string };
  const place = workspace === undefined ? { organization: organization ?? '' } : { workspace };
  return { edit: 'member.remove', ...place, subject: actor.id === 'anybody' ? 'somebody' : 'anybody' };
}

// Whoever is in a group may leave it, and whoever holds roles may give up some: an edit that names no others says nothing
// that they do not know.
function mayLeave(edit: AskedEdit, ground: StrangerGround): boolean {
  if (edit.edit === 'member.set') return namesOwnRolesAlone(edit, ground);
  if (edit.edit !== 'group.set') return false;
  const { live, actor } = ground;
  const place = groupPlace(edit.organization, edit.group);
  const found = findGroup(live, place.id);
  return found?.group.subjects.get(actor.type)?.has(actor.id) === true || givenTo(place, ground).length > 0;
}

interface StrangerGround {
  readonly live: PolicySet;
  readonly given: readonly RuntimeMember[];
  readonly actor: SubjectId;
}

function namesOwnRolesAlone(edit: AskedEdit & SetMember, ground: StrangerGround): boolean {
  const { live, actor } = ground;
  const named = placeOfEdit(edit);
  const found = named && findPlace(live, named);
  const { type, id } = parseSubject(edit.subject, live.catalog.subjectTypes[0]);
  if (!named || !found || type !== actor.type || id !== actor.id) return false;
  const written = findWritten(membersPlaceOf(found), actor)?.assignments.map(({ role }) => role.id) ?? [];
  const held = [...written, ...givenTo(named, ground)];
  return edit.roles.every(({ role }) => held.includes(role));
}

// The roles that the actor was given at run time; in a group there is one.
function givenTo({ kind, id }: Place, { given, actor }: StrangerGround): readonly string[] {
  const isOfActor = ({ place, subject }: RuntimeMember): boolean =>
    place.kind === kind && place.id === id && subject.type === actor.type && subject.id === actor.id;
  return given.filter(isOfActor).flatMap(({ assignments }) => assignments.map(({ role }) => role));
}

// The others are the token's business.
function isJudged(edit: AskedEdit): boolean {
  return ['role', 'member', 'group', 'waiver'].includes(objectOfEdit(edit));
}

/** A refusal as it is told: who has no right to make a change is not told what it would come to. */
export function refusalToTell(refusal: ChangeRefusal, data: JudgedData): Extract<ChangeAnswer, { kind: 'refused' }> {
  const mayKnow = refusal.code !== 'actor-not-allowed' && refusal.code !== 'in-git-only';
  return { kind: 'refused', refusal, ...(mayKnow && { data }) };
}

/**
 * Why memberships at run time cannot be changed with a change of files; undefined: it changes none. Files and rows are
 * written in two places, and nobody could see to it that both of them are, or none.
 */
export function refuseRows(
  { write }: AskedChange,
  { rows, edits }: JudgedEdits,
  { live, isOfFiles }: { readonly live: PolicySet; readonly isOfFiles: boolean },
): ChangeRefusal | undefined {
  const [row] = rows;
  if (!row) return undefined;
  const { place, subject } = row;
  const index = edits.findIndex((edit) => {
    const named = 'subject' in edit && parseSubject(edit.subject, live.catalog.subjectTypes[0]);
    return named && named.type === subject.type && named.id === subject.id && placeOfEdit(edit)?.id === place.id;
  });
  const who = `${quote(subject.id)} in ${place.kind} ${quote(place.id)}`;
  const at = { kind: 'against-the-rules', ...(index < 0 ? {} : { edit: index }) } as const;
  if (write === 'propose') {
    const message = `what ${who} holds is given at run time, and is nothing that a branch could propose`;
    return { ...at, code: 'mixed-change', message, help: 'change it without `write`, or as a membership' };
  }
  if (isOfFiles) {
    const message = `what ${who} holds is given at run time, and the other edits are a commit`;
    return { ...at, code: 'mixed-change', message, help: 'send two changes: first the one that the other needs' };
  }
  const message = `the files of the branch do not list ${who} any more, and that does not decide yet`;
  return { ...at, kind: 'conflict', code: 'changed-meanwhile', message, help: 'send it again in a moment' };
}

/** A change that may be made and cannot be committed as the repository is. */
export function refuseCommit({ code, message, help }: RefusedCommit): ChangeRefusal {
  const kind = code === 'git-busy' ? 'unavailable' : 'conflict';
  return { kind, code, message: `${message}; nothing was written`, ...(help === undefined ? {} : { help }) };
}
