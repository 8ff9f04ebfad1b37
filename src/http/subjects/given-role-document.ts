import type { TimedRole } from '../../policy/policy-set.ts';
import { roleSpans } from '../../policy/role.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import type { RoleOfPlace } from '../../review/access/given-role.ts';
import { named } from '../openapi/named-schema.ts';
import { count, list, record, text, time } from '../openapi/openapi-words.ts';

const position = {
  source: { enum: ['git', 'database'], description: 'Where it is changed.' },
  file: { ...text, description: 'Of `git`: the YAML that says so.' },
  line: count,
  column: count,
};

const { source, ...where } = position;

/** Where something that was given stands, in a schema. */
export const originSchema = { source, where } as const;

/** A role that gives a permission, as it was given. */
export const givingRoleSchema = named(
  'GivingRole',
  record(
    { role: text, title: text, source },
    {
      group: { ...text, description: 'The group that it was given to.' },
      from: time,
      until: { ...time, description: 'It holds before this instant.' },
      reason: text,
      ...where,
    },
  ),
);

/** A role that somebody was given, there or above. */
export const givenRoleSchema = named(
  'GivenRole',
  record(
    {
      role: text,
      title: text,
      source,
      spans: { enum: roleSpans, description: 'One that spans `everything` was given as staff.' },
      time: {
        enum: ['holds', 'begins', 'ended', 'waits'],
        description: '`waits`: its holder is a member of no workspace yet.',
      },
    },
    {
      group: { ...text, description: 'The group that it was given to.' },
      from: time,
      until: { ...time, description: 'It holds before this instant.' },
      reason: text,
      ...where,
    },
  ),
);

export const givenRolesSchema = list(givenRoleSchema);

export function describeGivenRole({ given, time: state }: RoleOfPlace): object {
  return { ...describeGiving(given), spans: given.role.spans, time: state };
}

export function describeGiving({ role, fromMs, untilMs, reason, group, position: at }: TimedRole): object {
  return {
    role: role.id,
    title: role.title,
    ...(group === undefined ? {} : { group }),
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    ...(reason === undefined ? {} : { reason }),
    ...(at ? { source: 'git', file: at.file, line: at.line, column: at.column } : { source: 'database' }),
  };
}
