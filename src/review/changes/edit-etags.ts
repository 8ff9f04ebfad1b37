import { EditGround } from '../../compile/edit/edit-ground.ts';
import { waiversOf } from '../../compile/edit/waiver-changes.ts';
import { digestOfText } from '../../compile/revision.ts';
import { quote } from '../../compile/words/describe-value.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { parseSubject } from '../../policy/subject.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { findPlace, membersPlaceOf } from '../members/member-roles.ts';
import { objectOfEdit, placeOfEdit, type AskedEdit, type EditFault } from './asked-edit.ts';
import { valueOfRow } from './changed-rows.ts';
import type { EditStep } from './edit-steps.ts';

/** The hash of what is not there. */
export const absentEtag = 'absent';

/** The hash of a role, a membership, a group, a workspace, an organization or a waiver as its file says it, whatever the layout. */
export function etagOf(value: JsonValue | undefined): string {
  if (value === undefined) return absentEtag;
  return digestOfText(JSON.stringify(value)).slice(0, etagDigits);
}

const etagDigits = 24;

/** An object that edits can be about, as its file says it now. */
export interface EditedObject {
  /** `role trainee of workspace support`. */
  readonly name: string;
  readonly value: JsonValue | undefined;
}

/** The object that an edit is about; undefined: it is about none that has a hash. */
export function findEditedObject(policy: PolicySet, ground: EditGround, edit: AskedEdit): EditedObject | undefined {
  if (edit.edit === 'waiver.add' || edit.edit === 'waiver.end') {
    return { name: `the waiver of ${quote(edit.check)}`, value: waiversOf(ground, edit)[0]?.[1] };
  }
  const named = placeOfEdit(edit);
  const place = named && findPlace(policy, named);
  const file = place && membersPlaceOf(place).position?.file;
  if (!place || file === undefined) return undefined;
  const data = ground.data(file);
  const of = `${place.kind} ${quote(place.id)}`;
  const words = edit as unknown as Readonly<Record<string, unknown>>;
  const wordOf = (key: string): string => (typeof words[key] === 'string' ? words[key] : '');
  switch (objectOfEdit(edit)) {
    case 'role':
      return { name: `role ${quote(wordOf('role'))} of ${of}`, value: entryOf(data, 'roles', wordOf('role')) };
    case 'group':
      return { name: `group ${quote(wordOf('group'))} of ${of}`, value: entryOf(data, 'groups', wordOf('group')) };
    case 'member': {
      const [firstType] = policy.catalog.subjectTypes;
      const value = memberOf(data, wordOf('subject'), firstType);
      return { name: `membership ${quote(wordOf('subject'))} of ${of}`, value };
    }
    case 'workspace':
    case 'organization':
      return { name: of, value: withoutParts(data) };
    default:
      return undefined;
  }
}

/** The object of an edit before it was made, be it in the files or at run time. */
export function findObjectOfStep({ edit, before, filesBefore, row }: EditStep): EditedObject | undefined {
  const object = findEditedObject(before, new EditGround(before, filesBefore), edit);
  return object && row ? { ...object, value: valueOfRow(row.before) } : object;
}

/** Edits whose object is another one than whoever asks has seen. */
export function findConflicts(steps: readonly EditStep[]): EditFault[] {
  const changed = new Set<string>();
  return steps.flatMap((step) => {
    const { index, edit } = step;
    if (edit.etag === undefined) return [];
    const object = findObjectOfStep(step);
    const etag = etagOf(object?.value);
    const name = object?.name ?? `the object of ${quote(edit.edit)}`;
    // What an earlier edit of the same change made of it was seen by nobody.
    const isOwn = changed.has(name);
    changed.add(name);
    if (edit.etag === etag || isOwn) return [];
    const text = object?.value === undefined ? '' : JSON.stringify(object.value);
    const message = text === '' ? `${name} is not there any more` : `${name} was changed meanwhile`;
    const help = 'look at what is there now, and make the change again';
    return [{ edit: index, kind: 'conflict' as const, code: 'changed-meanwhile', message, help, now: { etag, text } }];
  });
}

function entryOf(data: JsonObject, list: string, id: string): JsonValue | undefined {
  const entries = data[list];
  return isJsonObject(entries) && Object.hasOwn(entries, id) ? entries[id] : undefined;
}

function memberOf({ members }: JsonObject, subject: string, firstType: string): JsonValue | undefined {
  if (!isJsonObject(members)) return undefined;
  const { type, id } = parseSubject(subject, firstType);
  const key = Object.keys(members).find((one) => {
    const known = parseSubject(one, firstType);
    return known.type === type && known.id === id;
  });
  return key === undefined ? undefined : members[key];
}

// What has a hash of its own.
function withoutParts(data: JsonObject): JsonValue {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !['roles', 'members', 'groups'].includes(key)));
}
