import { EditGround } from '../../compile/edit/edit-ground.ts';
import type { HeldRoleEntry, EditedPlace } from '../../compile/edit/policy-edit.ts';
import { waiversBetween } from '../../compile/edit/waivers-between.ts';
import { classifyPath, type SourceFile } from '../../compile/file/policy-files.ts';
import { compareText } from '../../policy/position.ts';
import { groupType, type PolicySet } from '../../policy/policy-set.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { AskedEdit } from './asked-edit.ts';

/** A policy as its files say it. */
export interface PolicyAsWritten {
  readonly policy: PolicySet;
  readonly files: readonly SourceFile[];
}

/** Some edits that a revert comes to, and the policy before them and after. */
export interface RevertStage {
  readonly edits: readonly AskedEdit[];
  readonly before: PolicyAsWritten;
  readonly after: PolicyAsWritten;
}

/**
 * The edits that what was done to files comes to, however it was done: what whoever does it must be allowed. They are for
 * a judge, and not to be made again: of a role they say that it is changed, and not how. In an order in which each can be
 * judged: roles are there before somebody is given them, and go when nobody holds them. Undefined: there is no such order.
 */
export function revertStages(
  before: PolicyAsWritten,
  after: PolicyAsWritten,
  compile: (files: readonly SourceFile[]) => PolicySet | undefined,
): readonly RevertStage[] | undefined {
  const changed = withGroupsRenamed(changedFiles(before, after), before.policy);
  const edits = changed.flatMap((file) => ('kind' in file ? editsOfFile(file) : file.edits));
  const data = changed.filter((file) => 'kind' in file);
  const opened = data.flatMap(openingOf);
  const closed = data.flatMap(({ kind, old, fresh }) => (old && !fresh ? [ofPlace(kind, idOf(kind, old))] : []));
  const ofRoles = edits.filter(({ edit }) => edit === 'role.create' || edit === 'role.change');
  const deleted = edits.filter(({ edit }) => edit === 'role.delete');
  const others = edits.filter((edit) => !ofRoles.includes(edit) && !deleted.includes(edit));
  // What is opened is there, under its name, before anything is done in it, and what is closed until the end.
  const withPlaces = staged(before, data, compile, placeOf);
  const withRoles =
    withPlaces && staged(before, data, compile, (file) => ({ ...withoutRoles(placeOf(file)), ...rolesOf(file) }));
  const withOthers =
    withRoles &&
    staged(before, data, compile, (file) => ({
      ...withoutRoles(file.fresh ?? file.old ?? {}),
      ...rolesOf(file),
    }));
  if (!withPlaces || !withRoles || !withOthers) return undefined;
  return [
    { edits: opened, before, after: withPlaces },
    { edits: ofRoles, before: withPlaces, after: withRoles },
    { edits: others, before: withRoles, after: withOthers },
    { edits: [...deleted, ...closed], before: withOthers, after },
  ].filter((stage) => stage.edits.length > 0);
}

type ChangedFile = { readonly path: string } & (FileData | { readonly edits: readonly AskedEdit[] });

function changedFiles(before: PolicyAsWritten, after: PolicyAsWritten): ChangedFile[] {
  const [was, is] = [byPath(before.files), byPath(after.files)];
  const paths = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path)).sort();
  const [old, fresh] = [new EditGround(before.policy, before.files), new EditGround(after.policy, after.files)];
  return paths.flatMap((path): ChangedFile[] => {
    const kind = classifyPath(path);
    if (kind === 'test') return [];
    if (kind !== 'workspace' && kind !== 'organization') {
      const waivers = kind === 'roles' ? waiversBetween(old.data(path), fresh.data(path)) : undefined;
      return [{ path, edits: waivers ?? [inGitOnly(path)] }];
    }
    return [
      {
        path,
        kind,
        old: was.has(path) ? old.data(path) : undefined,
        fresh: is.has(path) ? fresh.data(path) : undefined,
      },
    ];
  });
}

/** The policy where the data of changed files is another one. */
function staged(
  { files }: PolicyAsWritten,
  changed: readonly Extract<ChangedFile, FileData>[],
  compile: (files: readonly SourceFile[]) => PolicySet | undefined,
  dataOf: (file: FileData) => JsonObject,
): PolicyAsWritten | undefined {
  const now = new Map(files.map((file) => [file.path, file]));
  // JSON is YAML.
  for (const file of changed)
    now.set(file.path, { path: file.path, content: encoder.encode(JSON.stringify(dataOf(file))) });
  const found = [...now.values()].sort((left, right) => compareText(left.path, right.path));
  const policy = compile(found);
  return policy && { policy, files: found };
}

const encoder = new TextEncoder();

/** The roles of both; what is retired is neither there nor comes back. */
function rolesOf({ old = {}, fresh = {} }: FileData): JsonObject {
  const roles = { ...objectOf(old['roles']), ...objectOf(fresh['roles']) };
  const retired = { ...objectOf(old['retired']), ...objectOf(fresh['retired']) };
  const left = Object.entries(retired).filter(([id]) => !Object.hasOwn(roles, id));
  return {
    ...(Object.keys(roles).length > 0 ? { roles } : {}),
    ...(left.length > 0 ? { retired: Object.fromEntries(left) } : {}),
  };
}

function withoutRoles(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== 'roles' && key !== 'retired'));
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A file before and after; undefined: there is none. */
interface FileData {
  readonly kind: 'workspace' | 'organization';
  readonly old: JsonObject | undefined;
  readonly fresh: JsonObject | undefined;
  /** Groups of an organization that are called otherwise, which `old` has by their new ids already. */
  readonly renamedGroups?: readonly GroupRename[];
}

type GroupRename = readonly [group: string, to: string];

/** The files with groups by the ids that they have in the end: who is in them, and what they hold, is none of a renaming. */
function withGroupsRenamed(changed: readonly ChangedFile[], { workspaces }: PolicySet): readonly ChangedFile[] {
  const byFile = new Map(changed.flatMap((file) => ('kind' in file ? [[file.path, groupRenames(file)] as const] : [])));
  const companyOf = new Map(
    [...workspaces.values()].map(({ position, organization }) => [position.file, organization.position?.file]),
  );
  return changed.map((file) => {
    const renames = 'kind' in file ? (byFile.get(companyOf.get(file.path) ?? file.path) ?? []) : [];
    if (!('kind' in file) || !file.old || renames.length === 0) return file;
    const old = renamedIn(file.old, renames);
    if (file.kind === 'workspace') return { ...file, old };
    return { ...file, old: { ...old, formerGroups: file.fresh?.['formerGroups'] ?? {} }, renamedGroups: renames };
  });
}

/** The groups whose other id one of the two files tells. */
function groupRenames({ kind, old, fresh }: FileData): readonly GroupRename[] {
  if (kind !== 'organization' || !old || !fresh) return [];
  const [were, are] = [objectOf(old['groups']), objectOf(fresh['groups'])];
  const [made, undone] = [objectOf(fresh['formerGroups']), objectOf(old['formerGroups'])];
  const gone = Object.keys(were).filter((id) => !Object.hasOwn(are, id));
  const come = Object.keys(are).filter((id) => !Object.hasOwn(were, id));
  return gone.flatMap((id) => {
    const to = come.find((one) => ownOf(made, id) === one || ownOf(undone, one) === id);
    return to === undefined ? [] : [[id, to] as const];
  });
}

function renamedIn(data: JsonObject, renames: readonly GroupRename[]): JsonObject {
  const ids = new Map(renames.flatMap(([id, to]) => [[`${groupType}:${id}`, `${groupType}:${to}`] as const]));
  const groups = new Map(renames);
  const renamed = (list: string, names: ReadonlyMap<string, string>): JsonObject => {
    if (!isJsonObject(data[list])) return {};
    const entries = Object.entries(data[list]).map(([key, entry]) => [names.get(key) ?? key, entry] as const);
    return { [list]: Object.fromEntries(entries) };
  };
  return { ...data, ...renamed('members', ids), ...renamed('groups', groups) };
}

function byPath(files: readonly SourceFile[]): ReadonlyMap<string, SourceFile> {
  return new Map(files.map((file) => [file.path, file]));
}

// The catalog and the model: no edit of a place changes them.
function inGitOnly(path: string): AskedEdit {
  return { edit: 'permission.rename', permission: path, to: path, keeps: 'nothing' };
}

// All that is in a place is opened and closed with it.
function editsOfFile({ kind, old, fresh }: FileData): AskedEdit[] {
  if (!old || !fresh) return [];
  const id = idOf(kind, fresh);
  const place = (kind === 'workspace' ? { workspace: id } : { organization: id }) as EditedPlace;
  const isOwn = !isSame(withoutName(kind, withoutParts(old)), withoutName(kind, withoutParts(fresh)));
  const own = isOwn ? [ofPlace(kind, id)] : [];
  const roles = differing(old['roles'], fresh['roles']).map(([role, was, is]): AskedEdit => {
    if (was === undefined) return { ...place, edit: 'role.create', role };
    return is === undefined ? { ...place, edit: 'role.delete', role } : { ...place, edit: 'role.change', role };
  });
  const members = differing(old['members'], fresh['members']).map(([subject, , is]): AskedEdit => {
    if (is === undefined) return { ...place, edit: 'member.remove', subject };
    return { ...place, edit: 'member.set', subject, roles: heldRoles(is) };
  });
  const groups = differing(old['groups'], fresh['groups']).map(([group, , is]): AskedEdit => {
    if (is === undefined) return { edit: 'group.remove', organization: id, group };
    return { edit: 'group.set', organization: id, group, subjects: Array.isArray(is) ? is.map(textOf) : [] };
  });
  return [...own, ...roles, ...members, ...groups];
}

/** The place itself: made, or under another name. */
function openingOf({ kind, old, fresh, renamedGroups = [] }: FileData): AskedEdit[] {
  if (!fresh) return [];
  const id = idOf(kind, fresh);
  const groups = renamedGroups.map(([group, to]): AskedEdit => ({
    edit: 'group.rename',
    organization: idOf(kind, old ?? fresh),
    group,
    to,
  }));
  if (!old)
    return [
      kind === 'workspace'
        ? { edit: 'workspace.create', workspace: id }
        : { edit: 'organization.create', organization: id },
    ];
  if (isSame(nameOf(kind, old), nameOf(kind, fresh))) return groups;
  if (kind === 'workspace') return [{ edit: 'workspace.rename', workspace: idOf(kind, old), to: id }];
  return [ofPlace(kind, id), ...groups];
}

/** The place as it was, under the name that it has in the end. */
function placeOf({ kind, old, fresh }: FileData): JsonObject {
  if (!old) return fresh ?? {};
  return fresh ? { ...withoutName(kind, old), ...nameOf(kind, fresh) } : old;
}

function nameOf(kind: 'workspace' | 'organization', data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key === kind || key === 'formerly'));
}

function withoutName(kind: 'workspace' | 'organization', data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== kind && key !== 'formerly'));
}

function idOf(kind: 'workspace' | 'organization', data: JsonObject): string {
  return textOf(data[kind]);
}

function ofPlace(kind: 'workspace' | 'organization', id: string): AskedEdit {
  return kind === 'workspace'
    ? { edit: 'workspace.rename', workspace: id, to: id }
    : { edit: 'organization.change', organization: id };
}

// Where deleted roles went is a part of deleting them.
function withoutParts(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !ofParts.includes(key)));
}

const ofParts: readonly string[] = ['roles', 'members', 'groups', 'retired', 'formerGroups'];

type Difference = readonly [key: string, was: JsonValue | undefined, is: JsonValue | undefined];

function differing(old: JsonValue | undefined, fresh: JsonValue | undefined): Difference[] {
  const [was, is] = [old, fresh].map((value) => (isJsonObject(value) ? value : {}));
  const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
  return [...keys].flatMap((key): Difference[] => {
    const [from, to] = [ownOf(was, key), ownOf(is, key)];
    return isSame(from, to) ? [] : [[key, from, to]];
  });
}

function ownOf(data: JsonObject | undefined, key: string): JsonValue | undefined {
  return data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function heldRoles(entry: JsonValue): HeldRoleEntry[] {
  const list = isJsonObject(entry) && entry['roles'] !== undefined ? entry['roles'] : entry;
  return (Array.isArray(list) ? (list as readonly JsonValue[]) : [list]).map((one) =>
    isJsonObject(one) ? (one as unknown as HeldRoleEntry) : { role: textOf(one) },
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
