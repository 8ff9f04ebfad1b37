import { givenRolesSchema } from '../subjects/given-role-document.ts';
import { roleSpans } from '../../policy/role.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { named } from '../openapi/named-schema.ts';
import { count, flag, list, next, record, revision, text } from '../openapi/openapi-words.ts';

const holderCount = { type: ['integer', 'string'], description: 'How many must hold it; `1+`: so many at least.' };

const writtenSchema = record(
  { file: text, line: count, column: count, extends: list(text), grants: list(text), without: list(text) },
  {
    denies: list(text),
    title: text,
    description: text,
    spans: { enum: roleSpans },
    holders: holderCount,
    assigns: list(text),
  },
);

/** The ways in which a role can stand to a permission. */
const cellStates = [
  'own',
  'inherited',
  'everybody',
  'none',
  'taken-out',
  'cannot',
  'denied',
  'off-plan',
  'no-request',
] as const;

const cellSchema = record(
  {
    permission: text,
    decision: { ...flag, description: 'Whether who holds this role, and no other, may.' },
    state: {
      enum: cellStates,
      description:
        'Why: `own` and `inherited` give it; `everybody`: every member may; `taken-out` of what it extends; `cannot` be held by ' +
        'such a role; `denied` here or by what it extends; `off-plan`: the plan does not have it; `no-request` is in this scope.',
    },
  },
  {
    scope: text,
    from: { ...text, description: 'The role that says so, where it is another one.' },
    file: text,
    line: count,
    column: count,
  },
);

const holderSchema = record(
  { subject: subjectSchema, roles: givenRolesSchema },
  { name: { ...text, description: 'Of `properties.name`.' } },
);

const common = {
  role: text,
  title: text,
  builtIn: flag,
  spans: { enum: roleSpans },
  etag: { ...text, description: 'The hash of its entry: what an edit of the role is guarded by.' },
  written: { ...writtenSchema, description: 'As its file has it.' },
  cells: { ...list(cellSchema), description: 'Each permission in each of its scopes, in the order of the catalog.' },
  holderCount: { ...count, description: 'How many were given it, there or above, at some time.' },
  holders: list(holderSchema),
  revision,
};

const optional = { description: text, definedBy: { ...text, description: 'The organization that defines it.' }, next };

export const roleInFullSchemas = {
  workspace: named('RoleInFull', record({ workspace: text, ...common }, optional)),
  organization: named('OrganizationRoleInFull', record({ organization: text, ...common }, optional)),
} as const;
