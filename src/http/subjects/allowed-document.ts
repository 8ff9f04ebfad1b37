import type { AllowedPermission } from '../../review/access/allowed-permission.ts';
import { named } from '../openapi/named-schema.ts';
import { count, flag, list, record, text } from '../openapi/openapi-words.ts';

/** Which of the scopes of a permission somebody may use it in, in a schema. */
export const scopesSchema = {
  type: 'object',
  additionalProperties: flag,
  description: 'Each scope by itself, where the permission has scopes.',
};

export const everybodySchema = { ...flag, description: 'Whether every member may, whatever their roles.' };

/** A permission that somebody may use, and the roles that give it. */
export const allowedSchema = named(
  'AllowedPermission',
  record(
    {
      permission: text,
      title: text,
      category: text,
      everybody: everybodySchema,
      roles: list(record({ role: text, file: text, line: count, column: count }, { scopes: list(text) })),
    },
    { scopes: scopesSchema },
  ),
);

export function describeAllowed({ name, scopes, isEverybodys, by }: AllowedPermission): object {
  const [permission] = name.permissions;
  return {
    permission: name.id,
    title: permission?.title ?? '',
    category: permission?.category ?? '',
    ...(scopes ? { scopes } : {}),
    everybody: isEverybodys,
    roles: by.map(({ role, scopes: held, origin: { file, line, column } }) => {
      return { role: role.id, ...(scopes ? { scopes: held } : {}), file, line, column };
    }),
  };
}
