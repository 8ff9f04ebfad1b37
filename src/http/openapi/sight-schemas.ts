import { flag, list, record, text, time } from './openapi-words.ts';

/** A permission as a user interface shows it or greys it out. */
export const listedPermission = {
  required: {
    permission: text,
    title: text,
    category: text,
    decision: { ...flag, description: 'In at least one scope.' },
  },
  optional: {
    scopes: { type: 'object', additionalProperties: flag },
    movedTo: { ...list(text), description: 'Of a former id: what it has become.' },
  },
} as const;

/** The roles that somebody holds at an instant. */
export const heldRolesSchema = list(record({ role: text, title: text }, { from: time, until: time, group: text }));

/** What somebody sees, be it now, at another time, or by a change that is not made yet. */
export const sightSchemas = {
  roles: heldRolesSchema,
  permissions: list(
    record(
      {
        ...listedPermission.required,
        roles: { ...list(text), description: 'The roles that give it.' },
        deniedBy: { ...list(text), description: 'The roles that deny what another of them gives.' },
      },
      listedPermission.optional,
    ),
  ),
} as const;
