import type { Grantable } from '../file/grant-table.ts';
import { GrantTable } from '../file/grant-table.ts';
import { classifyPath, type SourceFile } from '../file/policy-files.ts';
import { quote } from '../words/describe-value.ts';
import { suggest } from '../words/suggest.ts';
import { parseYaml } from '../yaml/yaml-document.ts';
import { findRole, findWorkspace, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Effect, Role } from '../../policy/role.ts';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import { RefusedEdit } from './policy-edit.ts';
import type { YamlChange } from './yaml-change.ts';

/** A change of one file. */
export interface FileChange {
  readonly file: string;
  readonly change: YamlChange;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The policy that an edit is made on: what it means, and the files it was compiled from. */
export class EditGround {
  readonly policy: PolicySet;
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #data = new Map<string, JsonObject>();
  #table: GrantTable | undefined;
  #baseline: ReadonlySet<Grantable> | undefined;
  #unreachable: ReadonlySet<Grantable> | undefined;

  constructor(policy: PolicySet, files: readonly SourceFile[]) {
    this.policy = policy;
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  get table(): GrantTable {
    const { permissions, scopes } = this.policy.catalog;
    return (this.#table ??= new GrantTable(permissions, [...scopes.keys()]));
  }

  get baseline(): ReadonlySet<Grantable> {
    const { baseline } = this.policy.catalog;
    return (this.#baseline ??= new Set(this.table.all.filter((one) => baseline.has(cellOf(one)))));
  }

  /** What no role of a workspace can hold, whatever it says: a wildcard does not reach it. */
  get unreachable(): ReadonlySet<Grantable> {
    const { keptFromCustomRoles: kept } = this.policy.catalog;
    return (this.#unreachable ??= new Set(
      this.table.all.filter((one) => one.permission.spans === 'organization' || kept.has(cellOf(one))),
    ));
  }

  workspace(id: string): Workspace {
    const found = findWorkspace(this.policy, id);
    if (found) return found;
    throw new RefusedEdit(
      'unknown-workspace',
      `there is no workspace ${quote(id)}`,
      suggest(id, this.policy.workspaces.keys()),
    );
  }

  /** A role of the workspace itself, which an edit may change. */
  ownRole(workspace: Workspace, id: string): Role {
    const role = workspace.roles.get(id);
    if (role) return role;
    if (findRole(this.policy, workspace, id)) {
      const message = `${quote(id)} is not a role of workspace ${quote(workspace.id)} itself`;
      throw new RefusedEdit('built-in-role', message, 'duplicate it, and change the copy');
    }
    throw this.#unknownRole(workspace, id);
  }

  /** A role that the workspace sees. */
  role(workspace: Workspace, id: string): Role {
    const role = findRole(this.policy, workspace, id);
    if (role) return role;
    throw this.#unknownRole(workspace, id);
  }

  /** Refuses an id that the workspace cannot use for a role. */
  requireFree(workspace: Workspace, id: string): void {
    if (findRole(this.policy, workspace, id)) {
      throw new RefusedEdit(
        'role-exists',
        `workspace ${quote(workspace.id)} has a role ${quote(id)}`,
        'choose another id',
      );
    }
    const isRetiredAbove = workspace.organization.retired.has(id);
    if (!isRetiredAbove && !workspace.retired.has(id)) return;
    const where = isRetiredAbove ? 'the organization of ' : '';
    const message = `${quote(id)} was a role of ${where}workspace ${quote(workspace.id)}, and its id is not used again`;
    throw new RefusedEdit('retired-role', message, 'choose another id');
  }

  /** What a role allows or denies by itself. */
  grantablesOf(role: Role, effect: Effect): ReadonlySet<Grantable> {
    const cells = new Set(role.rules.filter((rule) => rule.effect === effect).map((rule) => rule.cell));
    return new Set(this.table.all.filter((one) => cells.has(cellOf(one))));
  }

  /** A file's data, as it is written. */
  data(file: string): JsonObject {
    const known = this.#data.get(file);
    if (known) return known;
    const value = parseYaml(file, this.text(file).replace(/^\ufeff/, '')).document?.value;
    const data = isJsonObject(value) ? value : {};
    this.#data.set(file, data);
    return data;
  }

  text(file: string): string {
    const source = this.#files.get(file);
    return source && 'content' in source ? decoder.decode(source.content) : '';
  }

  /** The files of policy tests. */
  get testFiles(): readonly string[] {
    return [...this.#files.keys()].filter((path) => classifyPath(path) === 'test').sort();
  }

  #unknownRole(workspace: Workspace, id: string): RefusedEdit {
    const owners = [this.policy.catalog, workspace.organization, workspace];
    const help = suggest(
      id,
      owners.flatMap(({ roles }) => [...roles.keys()]),
    );
    return new RefusedEdit('unknown-role', `there is no role ${quote(id)} for workspace ${quote(workspace.id)}`, help);
  }
}

/** The cell of a request that is in this scope and no other. */
function cellOf({ permission, scope, cells }: Grantable): Grantable['cells'][number] {
  const cell = scope ? permission.cellsByWord.get(scope.id) : cells[0];
  if (!cell) throw new Error(`the permission ${permission.id} has no cell for a scope of its own`);
  return cell;
}
