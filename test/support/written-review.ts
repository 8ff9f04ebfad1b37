import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReviewDocument, ReviewedFinding } from '../../src/policy/review/review-document.ts';
import { type BrokenReview, ReviewFile } from '../../src/store/decisions/review-file.ts';

/** Two companies whose roles, members and groups a review speaks of. */
export function reviewedFiles(): Record<string, string> {
  return {
    'roles.yaml': `permissions:
  Work:
    doc:read: Read
    doc:edit: Edit
    doc:wipe: Wipe
  Team:
    role:edit: { title: Edit roles, controls: roles }
    member:manage: { title: Manage members, controls: members }
roles:
  member: { title: Member, grants: [doc:read] }
  admin: { title: Admin, grants: ["*"] }
  owner: { title: Owner, grants: ["*"], spans: organization }
  keeper: { title: Keeper, grants: ["*"], spans: everything }
defaultRole: member
staff: { mia@vendor.example: keeper }
waive:
  - { check: unused-permission, organization: other, workspace: theirs, role: secret, permission: doc:wipe, reason: of theirs, until: 2099-01-01 }
`,
    'policies/acme/organization.yaml': `organization: acme
members: { olu@acme.example: owner }
groups: { night: [nat@acme.example, ned@acme.example] }
roles:
  auditor: { title: Auditor, grants: [doc:wipe] }
`,
    'policies/acme/support.yaml': `workspace: support
roles:
  lead: { title: Lead, extends: member, grants: [doc:edit, doc:wipe] }
  idle: { title: Idle, grants: [doc:read, doc:edit] }
  spare: { title: Spare, grants: [doc:read] }
  twin: { title: Twin, grants: [doc:edit, doc:wipe, doc:read] }
members:
  ada@acme.example: admin
  ana@acme.example: lead
  ivo@acme.example: idle
  jo@acme.example: member
  exa@acme.example:
    roles: [{ role: lead, until: 2026-01-01 }, { role: member, reason: stays }]
  group:night: member
`,
    'policies/acme/sales.yaml': 'workspace: sales\nmembers: { sal@acme.example: admin, jo@acme.example: member }\n',
    'policies/other/organization.yaml': 'organization: other\n',
    'policies/other/theirs.yaml': `workspace: theirs
roles:
  secret: { title: Secret, grants: [doc:wipe] }
members: { zoe@other.example: admin, sly@other.example: secret }
`,
  };
}

type Made = Pick<ReviewedFinding, 'kind' | 'about'> & Partial<ReviewedFinding>;

const support = { organization: 'acme', workspace: 'support' };

/** A finding as a review tells it; its name is made of what it is about. */
export function madeFinding({ kind, about, ...rest }: Made): ReviewedFinding {
  const id = createHash('sha256')
    .update(JSON.stringify([kind, about]))
    .digest('hex')
    .slice(0, 10);
  return { id, kind, about, message: `${kind} of somebody`, evidence: {}, edits: [], ...rest };
}

const { organization, workspace } = support;

/** One of each kind, of both companies, each as a review finds it in these files. */
export function reviewedFindings(): Record<string, ReviewedFinding> {
  const made = (kind: ReviewedFinding['kind'], about: object, rest: Partial<ReviewedFinding> = {}): ReviewedFinding =>
    madeFinding({ kind, about: { ...support, ...about }, ...rest });
  return {
    wipe: made(
      'unused-permission',
      { role: 'lead', permission: 'doc:wipe' },
      {
        evidence: { holders: 1, names: ['ana@acme.example'] },
        edits: [{ edit: 'role.change' }],
      },
    ),
    idle: made('idle-role', { role: 'idle' }, { evidence: { holders: 1 }, edits: [{ edit: 'role.delete' }] }),
    spare: made('unused-role', { role: 'spare' }, { evidence: { holders: 0 }, edits: [{ edit: 'role.delete' }] }),
    twin: made('same-role', { role: 'twin' }, { evidence: { other: 'lead' }, edits: [{ edit: 'role.delete' }] }),
    unseen: made('unseen-member', { member: 'jo@acme.example' }, { edits: [{ edit: 'member.remove' }] }),
    inGroup: made('unseen-member', { member: 'nat@acme.example' }, { edits: [{ edit: 'group.set' }] }),
    admin: made('unseen-member', { member: 'ada@acme.example' }, { byHand: 'they may change members or roles there' }),
    expired: made(
      'expired-membership',
      { member: 'exa@acme.example', role: 'lead' },
      {
        evidence: { until: '2026-01-02T00:00:00Z' },
        edits: [
          {
            edit: 'member.set',
            ...{ workspace, subject: 'exa@acme.example', roles: [{ role: 'member', reason: 'stays' }] },
          },
        ],
      },
    ),
    auditor: madeFinding({ kind: 'unused-role', about: { organization, role: 'auditor' } }),
    theirs: madeFinding({
      kind: 'unused-permission',
      about: { organization: 'other', workspace: 'theirs', role: 'secret', permission: 'doc:wipe' },
    }),
    builtIn: madeFinding({ kind: 'rarely-used', about: { role: 'member', permission: 'doc:read' } }),
  };
}

/** A review as `rolebook review --format json` writes it. */
export function madeReview(
  findings: readonly ReviewedFinding[],
  more: Partial<ReviewDocument> = {},
): ReviewDocument & { readonly format: string } {
  const log = { from: '2026-09-01T08:00:00Z', to: '2026-11-29T17:00:00Z', days: 64 };
  const counts = { lines: 100, skipped: 0, outside: 0, ahead: 0, revisions: 1 };
  const rest = { waivers: [], neverAsked: [], tooNew: [], unknown: { permissions: {}, places: {}, strangers: 0 } };
  return {
    ...{
      format: 'rolebook-review/1',
      revision: '0123456789ab',
      judged: true,
      findings,
      waived: [],
      roles: [],
      silent: [],
    },
    ...rest,
    ...more,
    log: { ...log, ...counts },
  };
}

/** A file with a review, and all that was told of its being broken. */
export interface WrittenReview {
  readonly path: string;
  readonly file: ReviewFile;
  readonly told: readonly BrokenReview[];
  write(content: string | object): Promise<void>;
  dispose(): Promise<void>;
}

export async function writtenReview(content?: string | object): Promise<WrittenReview> {
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-review-'));
  const path = join(folder, 'review.json');
  const told: BrokenReview[] = [];
  const write = (what: string | object): Promise<void> =>
    writeFile(path, typeof what === 'string' ? what : JSON.stringify(what));
  if (content !== undefined) await write(content);
  const file = new ReviewFile(path, (fault) => told.push(fault));
  return { path, file, told, write, dispose: () => rm(folder, { recursive: true }) };
}
