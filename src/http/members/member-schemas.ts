import { limits } from '../../policy/limits.ts';
import { named } from '../openapi/named-schema.ts';
import { count, flag, list, next, record, revision, text, time } from '../openapi/openapi-words.ts';

// What checks a request stands in /openapi.json, so the document cannot say anything else than the code does.

const roleId = { type: 'string', minLength: 1, maxLength: limits.idCharacters };
const reason = { type: 'string', minLength: 1, maxLength: limits.reasonCharacters };
const day = {
  description: 'A date as in `2026-12-31`, which begins or ends with its day in UTC, or `2026-12-31T18:00:00Z`.',
  type: 'string',
  minLength: 1,
  maxLength: 64,
};

const wantedRole = {
  description: 'The id of a role, or the role with its times.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: limits.idCharacters,
  required: ['role'],
  additionalProperties: false,
  properties: { role: roleId, from: day, until: day, reason },
};
const subjectId = { type: 'string', minLength: 1, maxLength: limits.subjectIdCharacters };

const actor = {
  description: 'Who does it. A string is an id of the first subject type.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: limits.subjectIdCharacters,
  required: ['type', 'id'],
  additionalProperties: false,
  properties: { type: roleId, id: subjectId },
};
/** What a membership is to be. */
export const memberChangeSchema = named('MemberRequest', {
  type: 'object',
  required: ['roles', 'actor'],
  additionalProperties: false,
  properties: {
    roles: {
      description: 'All roles the subject is to hold here from now on.',
      type: 'array',
      minItems: 1,
      maxItems: limits.rolesOfMember,
      items: wantedRole,
    },
    actor,
    inPlaceOf: {
      description:
        'Who hands over to the subject those of `roles` that have `holders`. A string is an id of the first subject type.',
      type: ['string', 'object'],
      minLength: 1,
      maxLength: limits.subjectIdCharacters,
      required: ['id'],
      additionalProperties: false,
      properties: {
        type: { ...roleId, description: 'The first subject type when left out.' },
        id: subjectId,
        roles: {
          description:
            'All roles they are to hold here from now on. Left out: what they hold, but for what they hand over.',
          type: 'array',
          maxItems: limits.rolesOfMember,
          items: wantedRole,
        },
      },
    },
    reason,
  },
});

/** Who puts somebody into a group. */
export const groupMemberChangeSchema = named('GroupMemberRequest', {
  type: 'object',
  required: ['actor'],
  additionalProperties: false,
  properties: { actor, reason },
});

export const subjectSchema = record({ type: text, id: text });
const place = {
  workspace: { ...text, description: 'For members of a workspace.' },
  organization: { ...text, description: 'For members of an organization.' },
};
const origin = {
  source: { enum: ['git', 'database'], description: 'Where the member is changed.' },
  etag: { ...text, description: 'Of `database`: what `If-Match` takes.' },
  file: { ...text, description: 'Of `git`: the YAML that says so.' },
  line: count,
  column: count,
};
const { source, ...originDetails } = origin;
const givenRole = {
  from: time,
  until: { ...time, description: 'It holds before this instant.' },
  reason: text,
};

/** A role as somebody holds it. */
const memberRole = named(
  'MemberRole',
  record(
    { role: text, isHeld: { ...flag, description: 'Whether it holds now.' } },
    {
      title: { ...text, description: 'Left out for a role that is gone.' },
      ...givenRole,
      handedOver: { ...flag, description: 'Of `git`: the role was handed over at run time, and holds no more.' },
    },
  ),
);

const heldRole = record(
  { role: text },
  { ...givenRole, handedOver: { ...flag, description: 'Git gives the role, and it was handed over at run time.' } },
);

export const memberAnswerSchema = named(
  'MemberAnswer',
  record(
    { subject: subjectSchema, roles: list(heldRole), revision },
    {
      ...place,
      inPlaceOf: {
        ...record({ subject: subjectSchema, roles: list(heldRole) }),
        description: 'Who handed over, with what is left to them of run time.',
      },
    },
  ),
);

export const memberSchema = named(
  'Member',
  record({ subject: subjectSchema, roles: list(memberRole), source, revision }, { ...place, ...originDetails }),
);

export const memberListSchema = named(
  'MemberList',
  record(
    { members: list(record({ subject: subjectSchema, roles: list(memberRole), source }, originDetails)), revision },
    { ...place, next },
  ),
);

export const groupListSchema = named(
  'GroupList',
  record(
    {
      organization: text,
      groups: list(
        record(
          { group: text, file: text, line: count, column: count },
          { members: { ...count, description: 'How many; left out for an actor who may not know.' } },
        ),
      ),
      revision,
    },
    { next },
  ),
);

const groupHead = { organization: text, group: text };

export const groupMemberAnswerSchema = named(
  'GroupMemberAnswer',
  record({
    ...groupHead,
    subject: subjectSchema,
    isMember: { ...flag, description: 'Whether it is in the group from now on.' },
    revision,
  }),
);

export const groupMemberSchema = named(
  'GroupMember',
  record({ ...groupHead, subject: subjectSchema, source, revision }, originDetails),
);

export const groupMemberListSchema = named(
  'GroupMemberList',
  record(
    { ...groupHead, members: list(record({ subject: subjectSchema, source }, originDetails)), revision },
    { next },
  ),
);
