import { formerPermissions } from '../../policy/catalog.ts';
import { idPatterns } from '../../policy/ids.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { loadSchema, type SchemaName } from './policy-schemas.ts';

/** How the mark of such a schema begins; one that was not written so is left alone. */
const markStart = 'Written by `rolebook schema`';

const schemaNames: readonly SchemaName[] = ['organization', 'roles', 'test', 'workspace'];

/** The names of a policy that an editor completes. */
interface PolicyNames {
  readonly grants: readonly string[];
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly mark: string;
}

/**
 * The published schemas with the names of a policy, for editors: by the name of their file. What a customer's files may grant is
 * known, so anything else is a mistake there. Elsewhere names are proposed and others may stand, because that is where
 * new ones come from.
 */
export function namedSchemas(policy: PolicySet): ReadonlyMap<string, JsonObject> {
  const names = namesOf(policy);
  return new Map(
    schemaNames.map((name) => {
      const {
        $schema = null,
        $id = null,
        ...schema
      } = withNames(loadSchema(name) as JsonObject, names, '') as JsonObject;
      const $defs = schema['$defs'] as JsonObject;
      const grant = grantOf(name, $defs['grant'] as JsonObject, names.grants);
      return [schemaFile(name), { $schema, $id, $comment: names.mark, ...schema, $defs: { ...$defs, grant } }];
    }),
  );
}

export function schemaFile(name: SchemaName): string {
  return `${name}.schema.json`;
}

/** Whether a schema has the names of some policy. */
export function isNamedSchema(schema: unknown): boolean {
  const mark = isJsonObject(schema) ? schema['$comment'] : undefined;
  return typeof mark === 'string' && mark.startsWith(markStart);
}

function grantOf(name: SchemaName, grant: JsonObject, grants: readonly string[]): JsonObject {
  if (name === 'roles') return { ...grant, examples: grants };
  return { type: 'string', enum: grants, description: grant['description'] ?? '' };
}

function namesOf(policy: PolicySet): PolicyNames {
  const { catalog, workspaces, organizations } = policy;
  const own = new Set<string>();
  for (const place of [...organizations, ...workspaces.values()]) for (const id of place.roles.keys()) own.add(id);
  // Of very many customers most names are of somebody else's roles.
  const customers = own.size <= limits.proposedRoles ? [...own].sort(compareText) : [];
  const roles = [...catalog.roles.keys(), ...customers];
  const scopes = [...catalog.scopes.keys()];
  const { size } = catalog.permissions;
  const counts = `permissions ${size}, roles ${roles.length}, scopes ${scopes.length}`;
  const mark = `${markStart} with the names of this policy: ${counts}. Run it again when \`rolebook lint\` says so.`;
  return { grants: grantsOf(policy), roles, scopes, mark };
}

function grantsOf({ catalog: { permissions, scopes } }: PolicySet): string[] {
  const grants = new Set<string>();
  const resources = new Set<string>();
  for (const permission of permissions.values()) {
    resources.add(`${permission.resource}:*`);
    grants.add(permission.id);
    for (const { id } of permission.scopes) grants.add(`${permission.id}@${id}`);
  }
  for (const [id, parts] of formerPermissions(permissions)) {
    grants.add(id);
    resources.add(`${id.slice(0, id.indexOf(':'))}:*`);
    for (const part of parts) for (const scope of part.scopes) grants.add(`${id}@${scope.id}`);
  }
  return [...grants, ...resources, '*', ...[...scopes.keys()].map((id) => `*@${id}`)];
}

const roleRef = '#/$defs/roleId';

// Where a role is named, and not where one is defined: the keys of `roles` are new names.
function withNames(value: JsonValue, names: PolicyNames, key: string): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => withNames(item, names, ''));
  if (!isJsonObject(value) || key === 'propertyNames') return value;
  const named = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withNames(item, names, name)]));
  if (namesRole(value)) return { ...named, examples: names.roles };
  const isScopeList = key === 'scopes' && isJsonObject(value['items']);
  return isScopeList ? { ...named, items: { ...(value['items'] as JsonObject), examples: names.scopes } } : named;
}

function namesRole({ $ref, pattern, type }: JsonObject): boolean {
  return $ref === roleRef || (pattern === idPatterns.roleId.source && Array.isArray(type));
}
