import {
  listOf,
  type AssignmentEntries,
  type MemberEntries,
  type PermissionEntry,
  type RoleEntry,
  type ScopeEntry,
} from '../../../compile/file/entries.ts';
import type { YamlPath } from '../../../compile/yaml/yaml-document.ts';
import type { Span } from '../../../policy/position.ts';
import type { JsonObject, JsonValue } from '../../../policy/text/json.ts';

/**
 * One small mistake that somebody could make in a policy file: a line is dropped, a scope is left out of it, a pair of a
 * `when` always or never holds, a permission belongs to workspaces, or a company does not set a property.
 */
export interface Mutant {
  readonly change: 'drop' | 'widen' | 'always' | 'never';
  /** The list in which the line stands. */
  readonly list:
    | 'grants'
    | 'without'
    | 'denies'
    | 'baseline'
    | 'members'
    | 'staff'
    | 'groups'
    | 'when'
    | 'spans'
    | 'properties';
  readonly at: Span;
  /**
   * As written: a grant, a pair of a `when`, a property, a permission that spans; under `members` and `staff` the role that
   * is given, under `groups` the group.
   */
  readonly text: string;
  /** Of a widened grant: what it becomes. */
  readonly widened: string | undefined;
  /** The scope whose `when` it is. */
  readonly scope?: string;
  /** The property of the organization that is not set. */
  readonly property?: string;
  /** Of a pair of a `when`: what stands in its place, beside the other pairs. */
  readonly instead?: Readonly<Record<string, JsonValue>>;
  /** The role whose list it is, or the role that is given; undefined for what is of no role. */
  readonly role: string | undefined;
  /** The member who would lose the role, or leave the group, as written. */
  readonly subject: string | undefined;
  /** The workspace whose file it is; undefined for `roles.yaml` and organizations. */
  readonly workspace: string | undefined;
  /** What to change in the file's data. */
  readonly path: YamlPath;
}

/** An entry that mutants are made of, in whatever kind of file it stands. */
export interface MutableEntry {
  readonly subjectTypes?: readonly string[];
  readonly scopes?: Readonly<Record<string, ScopeEntry>>;
  readonly permissions?: Readonly<Record<string, Readonly<Record<string, string | Partial<PermissionEntry>>>>>;
  readonly customRoles?: { readonly plans?: readonly string[]; readonly without?: readonly string[] };
  readonly properties?: JsonObject;
  readonly workspace?: string;
  readonly baseline?: readonly string[];
  readonly roles?: Readonly<Record<string, RoleEntry>>;
  readonly members?: MemberEntries;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly staff?: MemberEntries;
}

/** Every mutant of one file, in the order of its lines. */
export function listMutants(entry: MutableEntry, locate: (path: YamlPath) => Span): Mutant[] {
  const context = { locate, workspace: entry.workspace };
  const found = [
    ...mutateGrants('baseline', ['baseline'], entry.baseline, undefined, context),
    ...mutateConditions(entry, context),
    ...mutateLevels(entry, context),
    ...mutateKept(entry, context),
    ...mutateProperties(entry, context),
    ...mutateRoles(entry.roles ?? {}, context),
    ...mutateMembers('members', entry.members ?? {}, context),
    ...mutateGroups(entry.groups ?? {}, context),
    ...mutateMembers('staff', entry.staff ?? {}, context),
  ];
  return found.sort(
    (left, right) =>
      left.at.line - right.at.line || left.at.column - right.at.column || (left.change < right.change ? -1 : 1),
  );
}

interface MutantContext {
  readonly locate: (path: YamlPath) => Span;
  readonly workspace: string | undefined;
}

function mutateRoles(roles: Readonly<Record<string, RoleEntry>>, context: MutantContext): Mutant[] {
  const lists = ['grants', 'without', 'denies'] as const;
  return Object.entries(roles).flatMap(([id, entry]) =>
    lists.flatMap((list) => mutateGrants(list, ['roles', id, list], entry[list], id, context)),
  );
}

function mutateGrants(
  list: 'grants' | 'without' | 'denies' | 'baseline',
  listPath: YamlPath,
  texts: readonly string[] | undefined,
  role: string | undefined,
  { locate, workspace }: MutantContext,
): Mutant[] {
  return (texts ?? []).flatMap((text, index) => {
    const path = [...listPath, index];
    const common = { list, at: locate(path), text, role, subject: undefined, workspace, path };
    const scope = text.indexOf('@');
    const dropped: Mutant = { change: 'drop', widened: undefined, ...common };
    return scope < 0 ? [dropped] : [dropped, { change: 'widen', widened: text.slice(0, scope), ...common }];
  });
}

// A permission of the company that belongs to workspaces is in reach of all their wildcards.
function mutateLevels({ permissions = {} }: MutableEntry, { locate, workspace }: MutantContext): Mutant[] {
  return Object.entries(permissions).flatMap(([category, entries]) =>
    Object.entries(entries).flatMap(([id, entry]): Mutant[] => {
      if (typeof entry === 'string' || entry.spans !== 'organization') return [];
      const path = ['permissions', category, id, 'spans'];
      const nobody = { role: undefined, subject: undefined };
      return [
        { change: 'drop', list: 'spans', at: locate(path), text: id, widened: undefined, ...nobody, workspace, path },
      ];
    }),
  );
}

function mutateKept({ customRoles }: MutableEntry, context: MutantContext): Mutant[] {
  const { plans, without } = customRoles ?? {};
  const dropped = mutateGrants('without', ['customRoles', 'without'], without, undefined, context);
  if (without?.length !== 1) return dropped;
  // Neither the list nor what it stands in may be empty.
  const path = plans === undefined ? ['customRoles'] : ['customRoles', 'without'];
  return dropped.map((mutant) => (mutant.change === 'drop' ? { ...mutant, path } : mutant));
}

function mutateProperties({ properties = {} }: MutableEntry, { locate, workspace }: MutantContext): Mutant[] {
  return Object.entries(properties).map(([property, value]): Mutant => {
    const path = ['properties', property];
    const text = `${property}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    const nobody = { role: undefined, subject: undefined };
    return {
      change: 'drop',
      list: 'properties',
      at: locate(path),
      text,
      property,
      widened: undefined,
      ...nobody,
      workspace,
      path,
    };
  });
}

// Every subject is of one of the known types, and none is of one that has no letters.
const typePath = 'subject.type';
const noType = '-';

function mutateConditions(
  { subjectTypes = ['user'], scopes = {} }: MutableEntry,
  { locate, workspace }: MutantContext,
): Mutant[] {
  return Object.entries(scopes).flatMap(([scope, { when = {} }]) => {
    const others = (key: string): boolean => Object.keys(when).some((other) => other !== key);
    return Object.entries(when).flatMap(([key, value]): Mutant[] => {
      const path = ['scopes', scope, 'when', key];
      const text = `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
      const common = {
        list: 'when',
        at: locate(path),
        text,
        scope,
        widened: undefined,
        role: undefined,
        subject: undefined,
        workspace,
        path,
      } as const;
      return [
        { change: 'always', instead: others(key) ? {} : { [typePath]: subjectTypes }, ...common },
        { change: 'never', instead: { [typePath]: noType }, ...common },
      ];
    });
  });
}

function mutateMembers(
  list: 'members' | 'staff',
  members: MemberEntries,
  { locate, workspace }: MutantContext,
): Mutant[] {
  return Object.entries(members).flatMap(([subject, entry]) => {
    const memberPath: YamlPath = [list, subject];
    const isDetailed = typeof entry === 'object' && 'roles' in entry;
    const assignments: AssignmentEntries = isDetailed ? entry.roles : entry;
    const listPath: YamlPath = isDetailed ? [...memberPath, 'roles'] : memberPath;
    const written = listOf(assignments);
    return written.map((assignment, index): Mutant => {
      const itemPath = typeof assignments === 'string' ? listPath : [...listPath, index];
      const role = typeof assignment === 'string' ? assignment : assignment.role;
      // A list of roles cannot be empty, so with the last role the member goes.
      const path = written.length === 1 ? memberPath : itemPath;
      const at = locate(typeof assignment === 'string' ? itemPath : [...itemPath, 'role']);
      return { change: 'drop', list, at, text: role, widened: undefined, role, subject, workspace, path };
    });
  });
}

function mutateGroups(
  groups: Readonly<Record<string, readonly string[]>>,
  { locate, workspace }: MutantContext,
): Mutant[] {
  const common = { change: 'drop', list: 'groups', widened: undefined, role: undefined, workspace } as const;
  return Object.entries(groups).flatMap(([id, subjects]) =>
    subjects.map((subject, index): Mutant => {
      const path: YamlPath = ['groups', id, index];
      return { ...common, at: locate(path), text: id, subject, path };
    }),
  );
}
