import { memberChangeSchema } from './api-schemas.ts';
import {
  count,
  flag,
  list,
  record,
  reference,
  revision,
  revisionOrNone,
  text,
  time,
  timeOrNone,
} from './openapi-words.ts';

const subject = record({ type: text, id: text });
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

/** What the endpoints of members and of the fleet take and answer. */
export const memberSchemas: Readonly<Record<string, object>> = {
  MemberRequest: memberChangeSchema,
  MemberAnswer: record({ subject, roles: list(record({ role: text }, givenRole)), revision }, place),
  Member: record({ subject, roles: list(reference('MemberRole')), source, revision }, { ...place, ...originDetails }),
  MemberList: record(
    { members: list(record({ subject, roles: list(reference('MemberRole')), source }, originDetails)), revision },
    { ...place, next: { ...text, description: 'What `after` of the next page is; left out on the last.' } },
  ),
  MemberRole: record(
    { role: text, isHeld: { ...flag, description: 'Whether it holds now.' } },
    { title: { ...text, description: 'Left out for a role that is gone.' }, ...givenRole },
  ),
  Fleet: record({ sidecars: list(reference('FleetMember')) }),
  FleetMember: record({
    id: text,
    isSelf: { ...flag, description: 'The sidecar that answers.' },
    host: text,
    pid: count,
    version: text,
    startedAt: time,
    seenAt: { ...time, description: 'By the clock of the database.' },
    health: {
      enum: ['ok', 'starting', 'stale', 'lost'],
      description: '`stale`: what was published last could not be read or is no good. `lost`: not seen for 15 seconds.',
    },
    revision: { ...revisionOrNone, description: 'What it answered from when it was seen last.' },
    lag: {
      anyOf: [record({ sequences: count, seconds: { type: 'number', minimum: 0 } }), { type: 'null' }],
      description: 'How many changes it lacked then, and since when the first of them.',
    },
    isFromCache: { ...flag, description: 'It decides by what it kept on disk.' },
    isBeyondMaxStaleness: { ...flag, description: 'Its database was silent for longer than `--max-staleness`.' },
    lastWordAt: { ...timeOrNone, description: 'When the database answered it last, by its own clock.' },
  }),
};
