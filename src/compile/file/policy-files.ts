import { nameMeant, topNameMeant } from './nearly-named.ts';

/** A file of the policy directory, as somebody read it. Paths are relative to the directory, with forward slashes. */
export type SourceFile =
  | { readonly path: string; readonly content: Uint8Array }
  /** It is there and could not be read; `fault` says why, as the end of a sentence. */
  | { readonly path: string; readonly fault: string; readonly help?: string };

/** The kind that a file of the policy directory is of, by its path alone. */
export type PolicyFileKind = 'roles' | 'model' | 'organization' | 'workspace' | 'test' | 'misnamed' | 'ignored';

/**
 * The kinds that a sidecar reads. A misnamed file could hold a deny, so it counts. `model.conf` is held against the one
 * model and then left out of the revision.
 */
export const decidingKinds: ReadonlySet<PolicyFileKind> = new Set([
  'roles',
  'model',
  'organization',
  'workspace',
  'misnamed',
]);

/** Classifies a path relative to the policy directory, with forward slashes. */
export function classifyPath(path: string): PolicyFileKind {
  if (path === 'roles.yaml') return 'roles';
  if (path === 'model.conf') return 'model';
  if (!path.includes('/')) return topNameMeant(path) === undefined ? 'ignored' : 'misnamed';
  // Names that begin with a dot are editors' locks and the timestamp folders of mounted ConfigMaps.
  if (!path.startsWith('policies/') || path.includes('/.')) return 'ignored';
  const name = nameOf(path);
  if (nameMeant(name) !== undefined) return 'misnamed';
  if (!name.endsWith('.yaml')) return 'ignored';
  if (name === 'organization.yaml') return 'organization';
  return name.endsWith('.test.yaml') ? 'test' : 'workspace';
}

/** The path that a misnamed file was meant to have. */
export function pathMeant(path: string): string | undefined {
  const name = nameOf(path);
  const meant = path === name ? topNameMeant(name) : nameMeant(name);
  return meant === undefined ? undefined : `${path.slice(0, path.length - name.length)}${meant}`;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
