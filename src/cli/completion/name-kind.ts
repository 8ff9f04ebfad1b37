/** The kind of names that could stand in a place of a command line. */
export type NameKind =
  | 'words'
  | 'files'
  | 'folders'
  | 'workspaces'
  | 'organizations'
  | 'groups'
  | 'plans'
  | 'properties'
  | 'subjects'
  | 'subject-types'
  | 'permissions'
  | 'scopes'
  /** What stands for permissions that are added later, too. */
  | 'wildcards'
  /** Permissions, and these. */
  | 'grants'
  /** Permissions, and all of one resource. */
  | 'resources'
  | 'roles'
  | 'roles-to-give'
  | 'own-roles'
  /** Those that the first members of a place may get, which is not there yet. */
  | 'first-roles-of-workspace'
  | 'first-roles-of-company'
  /** Names of what a review finds, and of what of it is accepted. */
  | 'findings'
  | 'accepted-findings'
  /** Revisions that a database has, and those that a sidecar keeps back. */
  | 'published-revisions'
  | 'kept-back-revisions'
  | 'nothing';

const kinds: ReadonlyMap<string, NameKind> = new Map([
  ['DIR', 'folders'],
  ['FILE', 'files'],
  ['LOG', 'files'],
  ['WORKSPACE', 'workspaces'],
  ['ORG', 'organizations'],
  ['GROUP', 'groups'],
  ['PLAN', 'plans'],
  ['SUBJECT', 'subjects'],
  ['TYPE', 'subject-types'],
  ['PERMISSION', 'permissions'],
  ['P', 'permissions'],
  ['SCOPE', 'scopes'],
  ['ROLE', 'roles'],
  ['FROM', 'roles'],
  ['FINDING', 'findings'],
]);

/** Says what stands in place of a word as `WORKSPACE`. */
export function kindOfPlaceholder(placeholder: string): NameKind {
  return kinds.get(placeholder) ?? 'nothing';
}
