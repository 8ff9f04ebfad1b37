import { limits } from '../../policy/limits.ts';
import { reviewKinds } from '../../policy/review/review-kinds.ts';
import { named } from '../openapi/named-schema.ts';

// What checks an edit stands in /openapi.json, so the document cannot say anything else than the code does.

const id = { type: 'string', minLength: 1, maxLength: limits.idCharacters };
const workspace = { ...id, description: 'Where it is made; or `organization`.' };
const organization = { ...id, description: 'Where it is made; or `workspace`.' };
const title = { type: 'string', minLength: 1, maxLength: limits.titleCharacters };
const description = { type: 'string', minLength: 1, maxLength: limits.descriptionCharacters };
const subject = {
  type: 'string',
  minLength: 1,
  maxLength: limits.subjectIdCharacters,
  description: 'As it is written in YAML: an id, `type:id`, or `group:id`.',
};
const words = {
  type: 'array',
  maxItems: limits.wordsOfEdit,
  items: { type: 'string', minLength: 1, maxLength: 2 * limits.idCharacters },
  description: '`permission`, `permission@scope` or a wildcard.',
};
const path = { type: 'string', minLength: 1, maxLength: limits.descriptionCharacters };
const roleIds = { type: 'array', maxItems: limits.rolesOfMember, items: id };
const spans = { enum: ['workspace', 'organization', 'memberships'], description: 'Of a role of a company alone.' };
const day = { type: 'string', minLength: 1, maxLength: 64, description: 'A date, or an RFC 3339 time.' };
const heldRole = {
  description: 'The id of a role, or the role with its times.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: limits.idCharacters,
  required: ['role'],
  additionalProperties: false,
  properties: {
    role: id,
    from: day,
    until: day,
    reason: { type: 'string', minLength: 1, maxLength: limits.reasonCharacters },
  },
};
const roles = { type: 'array', minItems: 1, maxItems: limits.rolesOfMember, items: heldRole };
const members = {
  type: 'array',
  maxItems: limits.firstMembers,
  items: {
    type: 'object',
    required: ['subject', 'roles'],
    additionalProperties: false,
    properties: { subject, roles },
  },
};
const properties = {
  type: 'object',
  additionalProperties: true,
  description: 'What is to be set; `null` sets it no more.',
};
const guards = {
  etag: {
    type: 'string',
    minLength: 1,
    maxLength: 64,
    description: 'Of the object as it was seen; another one by now is a 409.',
  },
};
const role = { ...id, description: 'The role.' };
const atPlace = { workspace, organization };
const about = {
  type: 'object',
  additionalProperties: false,
  properties: { ...atPlace, role, member: subject, permission: words.items },
};

function schemaOf(edit: string, required: readonly string[], more: Readonly<Record<string, object>>): object {
  const name = edit.replaceAll(/(?:^|\.)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return named(`${name}Edit`, {
    type: 'object',
    required: ['edit', ...required],
    additionalProperties: false,
    properties: { edit: { const: edit }, ...more, ...guards },
  });
}

/** The edits that a change may have, and what each is. */
export const editSchemas = {
  'role.create': schemaOf('role.create', ['role'], {
    ...{ ...atPlace, role, title, description, spans },
    ...{ extends: roleIds, grants: words, without: words, denies: words },
  }),
  'role.duplicate': schemaOf('role.duplicate', ['from', 'role', 'as'], {
    ...{
      ...atPlace,
      from: { ...id, description: 'A built-in role, or one that the place sees.' },
      role,
      title,
      description,
      spans,
    },
    as: {
      enum: ['copy', 'extension'],
      description: '`copy`: all that it gives now; `extension`: it follows the other.',
    },
  }),
  'role.change': schemaOf('role.change', ['role'], {
    ...atPlace,
    role,
    title,
    description,
    allow: words,
    disallow: words,
    extends: { ...roleIds, description: 'All the roles that it is to follow; those that it follows when left out.' },
    always: { ...words, description: 'Wildcards that are to stand among its grants: also for what is added later.' },
    spelled: { ...words, description: 'Wildcards: each grant by one that means some of it is spelled out.' },
  }),
  'role.rename': schemaOf('role.rename', ['role', 'to'], { ...atPlace, role, to: id }),
  'role.delete': schemaOf('role.delete', ['role'], {
    ...{ ...atPlace, role, to: { ...id, description: 'What its holders get; the default role when left out.' } },
    confirm: { type: 'string', minLength: 1, maxLength: 64, description: '`confirm` of the answer that had the list.' },
  }),
  'member.set': schemaOf('member.set', ['subject', 'roles'], { ...atPlace, subject, roles }),
  'member.remove': schemaOf('member.remove', ['subject'], { ...atPlace, subject }),
  'group.set': schemaOf('group.set', ['organization', 'group', 'subjects'], {
    ...{ organization: id, group: id },
    subjects: { type: 'array', maxItems: limits.groupSubjects, items: subject },
  }),
  'group.rename': schemaOf('group.rename', ['organization', 'group', 'to'], { organization: id, group: id, to: id }),
  'group.remove': schemaOf('group.remove', ['organization', 'group'], { organization: id, group: id }),
  'workspace.create': schemaOf('workspace.create', ['workspace'], { workspace: id, title, organization: id, members }),
  'workspace.rename': schemaOf('workspace.rename', ['workspace', 'to'], { workspace: id, to: id }),
  'organization.create': schemaOf('organization.create', ['organization'], {
    ...{ organization: id, title, plan: id, properties, members },
  }),
  'organization.change': schemaOf('organization.change', ['organization'], {
    organization: id,
    title,
    plan: id,
    properties,
  }),
  'test.expect': schemaOf('test.expect', ['file', 'test', 'permission', 'expect'], {
    file: { ...path, description: 'The file of the test, below the policy folder. Only where it is proposed.' },
    test: { ...title, maxLength: limits.descriptionCharacters, description: 'Its name.' },
    permission: { ...words.items, description: words.description },
    expect: { enum: ['can', 'cannot'], description: 'The list in which it is to stand.' },
  }),
  'waiver.add': schemaOf('waiver.add', ['check', 'about', 'reason', 'until'], {
    check: { enum: reviewKinds, description: 'The kind of the finding.' },
    about: {
      ...about,
      description: 'What the finding is about, in the words of `waive`; the place at least.',
    },
    reason: { type: 'string', minLength: 1, maxLength: limits.reasonCharacters },
    until: day,
  }),
  'waiver.end': schemaOf('waiver.end', ['check', 'about'], {
    check: { enum: reviewKinds, description: 'The kind of the finding.' },
    about: { ...about, description: 'What the waiver says that it is about, all of it.' },
  }),
} as const satisfies Readonly<Record<string, object>>;

export type EditName = keyof typeof editSchemas;
