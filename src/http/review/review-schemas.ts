import { reviewKinds } from '../../policy/review/review-kinds.ts';
import { overReasons } from '../../review/usage/finding-standing.ts';
import { named } from '../openapi/named-schema.ts';
import { anything, count, flag, list, next, record, revision, text, time } from '../openapi/openapi-words.ts';

const about = record(
  {},
  {
    organization: text,
    workspace: text,
    role: text,
    member: { ...text, description: 'As policies write it.' },
    permission: { ...text, description: '`permission`, or `permission@scope`.' },
  },
);

const evidence = record(
  {},
  {
    holders: count,
    names: { ...list(text), description: 'The first of the holders.' },
    users: count,
    other: { ...text, description: 'The other role.' },
    count,
    first: time,
    last: time,
    since: time,
    until: time,
  },
);

const use = record({ permission: text, count, first: time, last: time });

const finding = named(
  'ReviewedFinding',
  record(
    {
      id: { ...text, description: 'The same for the same thing in every review.' },
      kind: { enum: reviewKinds },
      about,
      message: text,
      evidence,
      used: { ...list(use), description: 'What holders of the role did use, of a permission that none of them used.' },
      state: { enum: ['open', 'accepted', 'over'], description: 'As it is now, whatever it was in the review.' },
      edits: {
        ...list(anything('As `POST /v1/changes` takes it.')),
        description:
          'What takes it away now; none where a person has to decide. Of one that is accepted, what has it be a finding again.',
      },
    },
    {
      byHand: { ...text, description: 'Why there is no edit.' },
      why: { enum: overReasons, description: 'Why it is over.' },
      reason: { ...text, description: 'Why it was accepted.' },
      until: { ...text, description: 'The end of that, as it is written.' },
    },
  ),
);

const review = record(
  {
    revision: { ...text, description: 'Of the policy that was reviewed.' },
    isLive: { ...flag, description: 'Whether that is the one that decides now.' },
    days: { ...count, description: 'Days on which something was decided.' },
    daysOld: { ...count, description: 'Whole days since the last decision that it knows.' },
    isOld: { ...flag, description: 'Whether these are many: it tells of people who may have gone since.' },
    isJudged: { ...flag, description: 'Whether anything is said of what nobody uses.' },
    isSilent: { ...flag, description: 'Whether the log says nothing of this workspace, so that nobody is judged.' },
  },
  { from: time, to: time, refused: { ...text, description: 'Why nothing is said of what nobody uses.' } },
);

const common = {
  review,
  waiving: {
    enum: ['at-once', 'in-review'],
    description: 'Whether who asks may accept a finding by themselves, or where somebody reviews it alone.',
  },
  open: { ...count, description: 'Findings to decide on, of all pages.' },
  findings: list(finding),
  revision,
};

export const reviewSchemas = {
  workspace: named('Review', record({ workspace: text, ...common }, { next })),
  organization: named('OrganizationReview', record({ organization: text, ...common }, { next })),
} as const;
