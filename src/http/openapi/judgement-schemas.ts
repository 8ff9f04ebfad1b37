import { named } from './named-schema.ts';
import { anything, count, list, record, text, time } from './openapi-words.ts';
import { sightSchemas } from './sight-schemas.ts';

const place = { workspace: text, organization: text };
const period = { from: time, until: time };

const shareOfEffect = named(
  'ShareOfEffect',
  record({ subjects: list(text), permissions: list(text) }, { ...place, ...period }),
);

const failedTest = named(
  'FailedTest',
  record({
    file: text,
    line: count,
    name: text,
    outcome: { const: 'failed' },
    failures: list(anything('An answer that is not the expected one, with its reason.')),
    assertions: { ...count, description: 'How many answers were compared.' },
  }),
);

const affectedMember = named(
  'AffectedMember',
  record(
    {
      subject: { ...text, description: 'As YAML writes it.' },
      roles: { ...list(text), description: 'Those that it holds there and that are deleted.' },
      lost: list(record({ permissions: list(text) }, period)),
    },
    place,
  ),
);

/** The object of an edit as it is by now, where it is another than the caller took it to be. */
export const nowSchema = {
  ...record({ etag: text, text: { ...text, description: 'It, as JSON.' } }),
  description: 'With `changed-meanwhile`: the hash and the text of what is there now.',
};

/** What a change comes to, beside its outcome; refusals have the same. */
export const judgementSchemas = {
  tests: {
    ...record({ passed: count, failed: list(failedTest) }),
    description: 'How many policy tests passed, and those that failed. A database has none.',
  },
  effect: record({
    people: { ...count, description: 'How many gain or lose something.' },
    gained: list(shareOfEffect),
    lost: list(shareOfEffect),
  }),
  escalations: { ...list(text), description: 'Ways to more that it opens, a sentence each.' },
  affected: { ...list(affectedMember), description: 'Who loses what, or holds a role that is deleted.' },
  confirm: { ...text, description: 'What `role.delete` takes from somebody who has seen `affected`.' },
  etags: {
    type: 'array',
    items: { type: ['string', 'null'] },
    description: 'Of each edit: the hash of its object before.',
  },
  patch: { ...text, description: 'A unified diff of the files.' },
  sees: { ...record(sightSchemas), description: 'What `sees` asked for: what somebody would see then.' },
};
