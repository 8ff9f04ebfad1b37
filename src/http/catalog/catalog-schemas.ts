import { roleSchema } from '../members/roles-endpoint.ts';
import { named } from '../openapi/named-schema.ts';
import { list, record, text } from '../openapi/openapi-words.ts';

const permissionSchema = record(
  {
    permission: text,
    title: text,
    spans: { enum: ['workspace', 'organization'] },
    scopes: { ...list(text), description: 'Those it has; none: it is one thing.' },
    requires: { ...list(text), description: 'What its holder must hold, too.' },
  },
  {
    caution: text,
    controls: { enum: ['members', 'roles'], description: 'What its holder changes.' },
    plans: { ...list(text), description: 'The only plans that have it.' },
    was: { ...list(text), description: 'Former ids, which mean it, too.' },
  },
);

export const catalogSchema = named(
  'Catalog',
  record(
    {
      subjectTypes: { ...list(text), description: 'The first is the type of a bare id.' },
      categories: list(record({ category: text, permissions: list(permissionSchema) })),
      baseline: { ...list(text), description: 'What every member may do, whatever roles they hold.' },
      roles: { ...list(roleSchema), description: 'The built-in ones.' },
      customRoles: record(
        { without: { ...list(text), description: 'What none of them may hold, whatever it says.' } },
        { plans: { ...list(text), description: 'The only plans that have custom roles.' } },
      ),
      exclusive: { ...list(list(text)), description: 'Pairs that nobody holds both of in one workspace.' },
      plans: list(text),
      escalation: { enum: ['allow', 'prevent'] },
    },
    { defaultRole: { ...text, description: 'Where holders of a deleted role fall back.' } },
  ),
);
