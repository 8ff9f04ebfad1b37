import { isDeepStrictEqual } from 'node:util';
import { formatSubject, parseSubject } from '../../policy/subject.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import { quote } from '../words/describe-value.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { describeEditPlace, type EditPlace } from './edit-place.ts';
import { RefusedEdit, type HeldRoleEntry, type FirstMember, type RemoveMember, type SetMember } from './policy-edit.ts';

/** Says what a member is to hold at a place; what the file says of them beside it stays. */
export function setMember(ground: EditGround, edit: SetMember): FileChange[] {
  const place = ground.place(edit);
  for (const { role } of edit.roles) ground.role(place, role);
  const { file } = place;
  const { members } = ground.data(file);
  const written = edit.roles.map(writeRole);
  const key = keyOf(ground, place, edit.subject);
  if (key === undefined)
    return [ground.putIn(file, 'members', writtenSubject(ground, edit.subject), heldValue(written))];
  const entry = (members as JsonObject)[key];
  const path = isJsonObject(entry) ? ['members', key, 'roles'] : ['members', key];
  const before = isJsonObject(entry) ? entry['roles'] : entry;
  return rolesChanges(path, before, written).map((change) => ({ file, change }));
}

export function removeMember(ground: EditGround, edit: RemoveMember): FileChange[] {
  const place = ground.place(edit);
  const key = keyOf(ground, place, edit.subject);
  if (key !== undefined) return [{ file: place.file, change: { does: 'remove', path: ['members', key] } }];
  const help =
    place.kind === 'workspace'
      ? 'a role that spans the organization is taken away there: `--organization`'
      : 'a role of one workspace is taken away there';
  throw new RefusedEdit('unknown-member', `${quote(edit.subject)} is no member of ${describeEditPlace(place)}`, help);
}

/** The members of a place that is new, as its file has them. */
export function writeMembers(ground: EditGround, members: readonly FirstMember[] | undefined): JsonObject | undefined {
  if (!members || members.length === 0) return undefined;
  const held = new Map<string, readonly HeldRoleEntry[]>();
  for (const { subject, roles } of members) {
    const name = writtenSubject(ground, subject);
    held.set(name, [...(held.get(name) ?? []), ...roles]);
  }
  return Object.fromEntries([...held].map(([name, roles]) => [name, heldValue(roles.map(writeRole))]));
}

/** Gives every holder of a role another one in its place, once where they hold that already. */
export function memberRoleChanges(ground: EditGround, { file }: EditPlace, role: string, to: string): YamlChange[] {
  const { members } = ground.data(file);
  if (!isJsonObject(members)) return [];
  return Object.entries(members).flatMap(([key, entry]): YamlChange[] => {
    const path = isJsonObject(entry) ? ['members', key, 'roles'] : ['members', key];
    const held = isJsonObject(entry) ? entry['roles'] : entry;
    if (held === role) return [{ does: 'set', path, value: to }];
    return Array.isArray(held) ? listedChanges(path, held as readonly JsonValue[], role, to) : [];
  });
}

// Of two that are the same then, at any time, the one that was there stays.
function listedChanges(path: YamlPath, held: readonly JsonValue[], role: string, to: string): YamlChange[] {
  const isForEver = held.some((one) => one === to || (isJsonObject(one) && one['role'] === to && isTimeless(one)));
  const changes = held.flatMap((one, index): YamlChange[] => {
    const id = isJsonObject(one) ? one['role'] : one;
    if (id !== role) return [];
    if (isForEver) return [{ does: 'remove', path: [...path, index] }];
    return [{ does: 'set', path: isJsonObject(one) ? [...path, index, 'role'] : [...path, index], value: to }];
  });
  return changes.reverse();
}

function isTimeless(entry: JsonObject): boolean {
  return entry['from'] === undefined && entry['until'] === undefined;
}

/** A subject as policies write it. */
export function writtenSubject(ground: EditGround, subject: string): string {
  const [firstType] = ground.policy.catalog.subjectTypes;
  return formatSubject(parseSubject(subject, firstType), firstType);
}

/** The key under which a subject stands, however it is written. */
function keyOf(ground: EditGround, { file }: EditPlace, subject: string): string | undefined {
  const { members } = ground.data(file);
  if (!isJsonObject(members)) return undefined;
  if (Object.hasOwn(members, subject)) return subject;
  const [firstType] = ground.policy.catalog.subjectTypes;
  const { type, id } = parseSubject(subject, firstType);
  return Object.keys(members).find((key) => {
    if (!key.endsWith(id)) return false;
    const known = parseSubject(key, firstType);
    return known.type === type && known.id === id;
  });
}

function writeRole({ role, from, until, reason }: HeldRoleEntry): JsonValue {
  if (from === undefined && until === undefined && reason === undefined) return role;
  return {
    role,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function heldValue(written: readonly JsonValue[]): JsonValue {
  const [only] = written;
  return written.length === 1 && typeof only === 'string' ? only : written;
}

// In a list what stays keeps its line.
function rolesChanges(path: YamlPath, before: JsonValue | undefined, written: readonly JsonValue[]): YamlChange[] {
  const value = heldValue(written);
  if (isDeepStrictEqual(before, value)) return [];
  if (!Array.isArray(before) || written.length === 0) return [{ does: 'set', path, value }];
  const was = (before as readonly JsonValue[]).map((one) =>
    isJsonObject(one) && Object.keys(one).length === 1 ? (one['role'] ?? one) : one,
  );
  const isThere = (list: readonly JsonValue[], one: JsonValue): boolean =>
    list.some((other) => isDeepStrictEqual(other, one));
  const gone = was.flatMap((one, index) => (isThere(written, one) ? [] : [index]));
  if (gone.length === was.length) return [{ does: 'set', path, value }];
  const added = written.filter((one) => !isThere(was, one));
  return [
    ...gone.reverse().map((index): YamlChange => ({ does: 'remove', path: [...path, index] })),
    ...added.map((one): YamlChange => ({ does: 'append', path, value: one })),
  ];
}
