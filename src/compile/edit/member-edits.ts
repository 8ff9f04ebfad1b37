import type { Workspace } from '../../policy/policy-set.ts';
import { formatSubject, parseSubject } from '../../policy/subject.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { isDeepStrictEqual } from 'node:util';
import { quote } from '../words/describe-value.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { RefusedEdit, type HeldRoleEntry, type RemoveMember, type SetMember } from './policy-edit.ts';
import type { YamlChange } from './yaml-change.ts';

/** Says what a member is to hold in a workspace; what the file says of them beside it stays. */
export function setMember(ground: EditGround, edit: SetMember): FileChange[] {
  const workspace = ground.workspace(edit.workspace);
  for (const { role } of edit.roles) ground.role(workspace, role);
  const { file } = workspace.position;
  const { members } = ground.data(file);
  const written = edit.roles.map(writeRole);
  const [only] = written;
  const value: JsonValue = written.length === 1 && typeof only === 'string' ? only : written;
  const key = keyOf(ground, workspace, edit.subject);
  if (key === undefined) {
    const { catalog } = ground.policy;
    const name = formatSubject(parseSubject(edit.subject, catalog.subjectTypes[0]), catalog.subjectTypes[0]);
    const change: YamlChange = isJsonObject(members)
      ? { does: 'set', path: ['members', name], value }
      : { does: 'set', path: ['members'], value: { [name]: value } };
    return [{ file, change }];
  }
  const entry = (members as JsonObject)[key];
  const path = isJsonObject(entry) ? ['members', key, 'roles'] : ['members', key];
  const before = isJsonObject(entry) ? entry['roles'] : entry;
  return rolesChanges(path, before, written, value).map((change) => ({ file, change }));
}

export function removeMember(ground: EditGround, edit: RemoveMember): FileChange[] {
  const workspace = ground.workspace(edit.workspace);
  const key = keyOf(ground, workspace, edit.subject);
  if (key !== undefined) return [{ file: workspace.position.file, change: { does: 'remove', path: ['members', key] } }];
  const message = `${quote(edit.subject)} is no member of workspace ${quote(workspace.id)}`;
  throw new RefusedEdit(
    'unknown-member',
    message,
    'a role that spans the organization is taken away in organization.yaml',
  );
}

/** Gives every holder of a role another one in its place, once where they hold that already. */
export function memberRoleChanges(ground: EditGround, { position }: Workspace, role: string, to: string): YamlChange[] {
  const { members } = ground.data(position.file);
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

/** The key under which a subject stands, however it is written. */
function keyOf(ground: EditGround, { position }: Workspace, subject: string): string | undefined {
  const { members } = ground.data(position.file);
  const [firstType] = ground.policy.catalog.subjectTypes;
  const { type, id } = parseSubject(subject, firstType);
  return Object.keys(isJsonObject(members) ? members : {}).find((key) => {
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

// In a list what stays keeps its line.
function rolesChanges(
  path: YamlPath,
  before: JsonValue | undefined,
  written: readonly JsonValue[],
  value: JsonValue,
): YamlChange[] {
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
