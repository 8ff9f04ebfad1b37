import { decodeFile } from '../../../compile/file/parsed-file.ts';
import { GrantTable } from '../../../compile/file/grant-table.ts';
import { listOf, type RolesFile, type WorkspaceFile } from '../../../compile/file/entries.ts';
import { parseYaml, type YamlDocument } from '../../../compile/yaml/yaml-document.ts';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { Cell } from '../../../policy/permission.ts';
import type { Position } from '../../../policy/position.ts';
import type { Role } from '../../../policy/role.ts';
import type { PolicySide } from '../matching/policy-difference.ts';

/**
 * The lines of a policy that compilation leaves no trace of: what a role takes away, and what it extends. A file is
 * parsed again only when a line of it is asked for.
 */
export class RoleTexts {
  readonly #side: PolicySide;
  readonly #table: GrantTable;
  readonly #documents = new Map<string, YamlDocument | undefined>();
  #files: ReadonlyMap<string, SourceFile> | undefined;

  constructor(side: PolicySide) {
    const { permissions, scopes } = side.policy.catalog;
    this.#side = side;
    this.#table = new GrantTable(permissions, [...scopes.keys()]);
  }

  /** The entry of the baseline that every member has a cell by. */
  baselineLine(cell: Cell): Position | undefined {
    const document = this.open('roles.yaml');
    const { baseline } = (document?.value ?? {}) as Pick<RolesFile, 'baseline'>;
    const index = this.#indexOf(baseline, cell);
    return index < 0 ? undefined : document?.positions.locate(['baseline', index], 'value');
  }

  /** Where it says what custom roles there may be. */
  customRolesLine(): Position | undefined {
    return this.open('roles.yaml')?.positions.locate(['customRoles'], 'key');
  }

  /** The entry of the role's own `without` that takes a cell away. */
  withoutLine(role: Role, cell: Cell): Position | undefined {
    const document = this.open(role.position.file);
    const entry = rolesIn(document)[role.id];
    const index = this.#indexOf(entry?.without, cell);
    return index < 0 ? undefined : document?.positions.locate(['roles', role.id, 'without', index], 'value');
  }

  /** Where the role says that it extends another. */
  extendsLine(role: Role, parentId: string): Position | undefined {
    const document = this.open(role.position.file);
    const written = rolesIn(document)[role.id]?.extends;
    const index = listOf(written).indexOf(parentId);
    if (index < 0) return undefined;
    return document?.positions.locate(
      ['roles', role.id, 'extends', ...(typeof written === 'string' ? [] : [index])],
      'value',
    );
  }

  #indexOf(grants: readonly string[] | undefined, cell: Cell): number {
    return (grants ?? []).findIndex((text) => {
      const resolution = this.#table.resolve(text);
      return 'grantables' in resolution && resolution.grantables.some((grantable) => grantable.cells.includes(cell));
    });
  }

  open(path: string): YamlDocument | undefined {
    if (this.#documents.has(path)) return this.#documents.get(path);
    this.#files ??= new Map(this.#side.files.map((file) => [file.path, file]));
    const file = this.#files.get(path);
    const text = file && decodeFile(file).text;
    const document = text === undefined ? undefined : parseYaml(path, text).document;
    this.#documents.set(path, document);
    return document;
  }
}

// The policy was compiled from this file, so it has the form of its schema.
function rolesIn(document: YamlDocument | undefined): NonNullable<WorkspaceFile['roles']> {
  return (document?.value as Pick<RolesFile | WorkspaceFile, 'roles'> | undefined)?.roles ?? {};
}
