import type { Grantable } from '../file/grant-table.ts';
import { GrantTable } from '../file/grant-table.ts';
import { RoleCeiling } from '../file/role-ceiling.ts';
import { classifyPath, type SourceFile } from '../file/policy-files.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import { YamlSource } from '../patch/yaml-source.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import { suggest } from '../words/suggest.ts';
import { findOrganization, findWorkspace, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Effect, Role, RoleSpan } from '../../policy/role.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import {
  describeEditPlace,
  organizationPlace,
  ownRoles,
  reachOf,
  retiredRoles,
  workspacePlace,
  type EditPlace,
} from './edit-place.ts';
import { RefusedEdit, type EditedPlace } from './policy-edit.ts';

/** The fate of one file: it is changed, or is new. */
export type FileChange =
  | { readonly file: string; readonly change: YamlChange }
  /** `like`: a file whose first line and line ends it has, too. */
  | { readonly file: string; readonly create: JsonObject; readonly like: string | undefined };

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The policy that an edit is made on: what it means, and the files it was compiled from. */
export class EditGround {
  readonly policy: PolicySet;
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #sources = new Map<string, YamlSource>();
  #table: GrantTable | undefined;
  #baseline: ReadonlySet<Grantable> | undefined;
  #roleCeiling: RoleCeiling | undefined;

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

  /** What a custom role that spans so far cannot hold, whatever it says: a wildcard does not reach it. */
  unreachable(spans: RoleSpan): ReadonlySet<Grantable> {
    return this.#ceiling.ungrantable({ spans, kind: 'custom' });
  }

  get #ceiling(): RoleCeiling {
    const { keptFromCustomRoles: kept } = this.policy.catalog;
    return (this.#roleCeiling ??= new RoleCeiling(
      this.table.all,
      new Set(this.table.all.filter((one) => kept.has(cellOf(one)))),
    ));
  }

  place(name: EditedPlace): EditPlace {
    return name.workspace === undefined
      ? this.organization(name.organization)
      : workspacePlace(this.workspace(name.workspace));
  }

  workspace(id: string): Workspace {
    const found = findWorkspace(this.policy, id);
    if (found) return found;
    const help = suggest(id, this.policy.workspaces.keys());
    throw new RefusedEdit('unknown-workspace', `there is no workspace ${quote(id)}`, help);
  }

  organization(id: string): EditPlace {
    const found = findOrganization(this.policy, id);
    const place = found && organizationPlace(found);
    if (place) return place;
    const ids = this.policy.organizations.flatMap((one) => one.id ?? []);
    throw new RefusedEdit('unknown-organization', `there is no organization ${quote(id)}`, suggest(id, ids));
  }

  /** A role of the place itself, which an edit may change. */
  ownRole(place: EditPlace, id: string): Role {
    const role = ownRoles(place).get(id);
    if (role) return role;
    const seen = this.findRole(place, id);
    if (!seen) throw this.#unknownRole(place, id);
    const message = `${quote(id)} is not a role of ${describeEditPlace(place)} itself`;
    if (seen.organization === undefined) {
      throw new RefusedEdit('built-in-role', message, 'duplicate it, and change the copy');
    }
    const help = `it is one of organization ${quoteWhole(seen.organization)}, for all of its workspaces: \`--organization\``;
    throw new RefusedEdit('role-of-organization', message, help);
  }

  /** A role that the place sees. */
  role(place: EditPlace, id: string): Role {
    const role = this.findRole(place, id);
    if (role) return role;
    throw this.#unknownRole(place, id);
  }

  findRole(place: EditPlace, id: string): Role | undefined {
    for (const roles of this.#seenAt(place)) {
      const role = roles.get(id);
      if (role) return role;
    }
    return undefined;
  }

  /** Refuses an id that the place cannot use for a role: one role of that id is seen there, or in a workspace below. */
  requireFree(place: EditPlace, id: string): void {
    const owners = [...this.#ownersOf(place), ...reachOf(this.policy, place)];
    const known = owners.find((one) => ownRoles(one).has(id));
    if (known || this.policy.catalog.roles.has(id)) {
      const message = `${describeEditPlace(known ?? place)} has a role ${quote(id)}`;
      throw new RefusedEdit('role-exists', message, 'choose another id');
    }
    const former = owners.find((one) => retiredRoles(one).has(id));
    if (!former) return;
    const message = `${quote(id)} was a role of ${describeEditPlace(former)}, and its id is not used again`;
    throw new RefusedEdit('retired-role', message, 'choose another id');
  }

  /** What a role allows or denies by itself. */
  grantablesOf(role: Role, effect: Effect): ReadonlySet<Grantable> {
    const cells = new Set(role.rules.filter((rule) => rule.effect === effect).map((rule) => rule.cell));
    return new Set(this.table.all.filter((one) => cells.has(cellOf(one))));
  }

  /** A file's data, as it is written. */
  data(file: string): JsonObject {
    const { data } = this.source(file);
    return isJsonObject(data) ? data : {};
  }

  /** Puts an entry into a mapping at the top of a file, which need not be there. */
  putIn(file: string, top: string, key: string, value: JsonValue): FileChange {
    const change: YamlChange = isJsonObject(this.data(file)[top])
      ? { does: 'set', path: [top, key], value }
      : { does: 'set', path: [top], value: { [key]: value } };
    return { file, change };
  }

  source(file: string): YamlSource {
    const known = this.#sources.get(file);
    if (known) return known;
    const found = this.#files.get(file);
    const source = new YamlSource(found && 'content' in found ? decoder.decode(found.content) : '');
    this.#sources.set(file, source);
    return source;
  }

  /** The paths of all files, sorted. */
  get paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  /** The files of policy tests. */
  get testFiles(): readonly string[] {
    return this.paths.filter((path) => classifyPath(path) === 'test');
  }

  #seenAt(place: EditPlace): readonly ReadonlyMap<string, Role>[] {
    return [this.policy.catalog.roles, ...this.#ownersOf(place).map(ownRoles)];
  }

  /** Whose roles a place sees beside the built-in ones: its own, and a workspace those of its organization. */
  #ownersOf(place: EditPlace): readonly EditPlace[] {
    const above = 'organization' in place.at ? organizationPlace(place.at.organization) : undefined;
    return above ? [above, place] : [place];
  }

  #unknownRole(place: EditPlace, id: string): RefusedEdit {
    const help = suggest(
      id,
      this.#seenAt(place).flatMap((roles) => [...roles.keys()]),
    );
    return new RefusedEdit('unknown-role', `there is no role ${quote(id)} for ${describeEditPlace(place)}`, help);
  }
}

/** The cell of a request that is in this scope and no other. */
function cellOf({ permission, scope, cells }: Grantable): Grantable['cells'][number] {
  const cell = scope ? permission.cellsByWord.get(scope.id) : cells[0];
  if (!cell) throw new Error(`the permission ${permission.id} has no cell for a scope of its own`);
  return cell;
}
