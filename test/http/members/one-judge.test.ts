import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { parseSubject } from '../../../src/policy/subject.ts';
import { judgeMemberChange, type AskedMemberChange } from '../../../src/review/members/judge-member-change.ts';
import type { LiveDatabase } from '../../../src/store/database/following/live-database.ts';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { MemberChangeDenied } from '../../../src/store/database/members/member-change.ts';
import { publishRelease } from '../../../src/store/database/releases/publish-release.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { acme, memberPolicyFiles, support } from '../../support/member-change-policy.ts';
import { addedRulesOf } from '../../support/opened-databases.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

/** `now`: `kim` may change members of `support` and `rex` may not yet; `later`: the other way round. */
const instants = { now: nowMs, later: Date.UTC(2027, 5, 1) } as const;
type Instant = keyof typeof instants;

const turn = '2027-01-01T00:00:00.000Z';
const given: readonly [string, RuntimeAssignment][] = [
  ['kim', { role: 'manager', until: turn }],
  ['rex', { role: 'manager', from: turn }],
];

interface Case {
  readonly title: string;
  readonly actor: string;
  readonly place?: Place;
  readonly subject?: string;
  readonly roles: readonly (string | RuntimeAssignment)[];
  readonly within?: string;
  /** Now and later; one text: at both. */
  readonly says: string | readonly [now: string, later: string];
}

const over = '2026-11-01T00:00:00.000Z';
const nowhere: Place = { kind: 'workspace', id: 'nowhere' };
const noCompany: Place = { kind: 'organization', id: 'nowhere' };
const denied = 'actor-not-allowed';
const cases: readonly Case[] = [
  { title: 'a manager hires an agent', actor: 'mia', roles: ['agent'], says: 'allowed' },
  { title: 'one whose role has ended', actor: 'zoe', roles: ['agent'], says: denied },
  { title: 'one whose role has not begun', actor: 'eve', roles: ['agent'], says: denied },
  { title: 'one whose role ends between, without end', actor: 'kim', roles: ['agent'], says: denied },
  {
    title: 'one whose role ends between, as long as that',
    actor: 'kim',
    roles: [{ role: 'agent', until: turn }],
    says: ['allowed', 'bad-period'],
  },
  { title: 'one who gives it to itself without end', actor: 'kim', subject: 'kim', roles: ['manager'], says: denied },
  { title: 'one whose role begins between', actor: 'rex', roles: ['agent'], says: [denied, 'allowed'] },
  { title: 'one with a part of the permission', actor: 'hal', roles: ['agent'], says: denied },
  { title: 'one to whom it is denied', actor: 'sid', roles: ['agent'], says: denied },
  { title: 'a member', actor: 'cat', roles: ['agent'], says: denied },
  { title: 'a stranger', actor: 'nobody', roles: ['agent'], says: denied },
  { title: 'oneself', actor: 'ego', subject: 'ego', roles: ['manager'], says: denied },
  { title: 'a manager of another company', actor: 'ora', roles: ['agent'], says: denied },
  { title: 'a role that is not there', actor: 'mia', roles: ['ghost'], says: 'unknown-role' },
  { title: 'a role of the organization', actor: 'mia', roles: ['auditor'], says: 'wrong-span' },
  { title: 'a role twice', actor: 'mia', roles: ['agent', 'agent'], says: 'duplicate-role' },
  { title: 'a role that is over', actor: 'mia', roles: [{ role: 'agent', until: over }], says: 'bad-period' },
  {
    title: 'a role that ends between',
    actor: 'mia',
    roles: [{ role: 'agent', until: turn }],
    says: ['allowed', 'bad-period'],
  },
  { title: 'a role that begins between', actor: 'mia', roles: [{ role: 'agent', from: turn }], says: 'allowed' },
  { title: 'a second captain', actor: 'mia', roles: ['captain'], says: 'wrong-holders' },
  { title: 'a second captain, to come', actor: 'mia', roles: [{ role: 'captain', from: turn }], says: 'wrong-holders' },
  { title: 'two that exclude each other', actor: 'mia', roles: ['seller', 'approver'], says: 'exclusive-permissions' },
  { title: 'a member of git', actor: 'mia', subject: 'hal', roles: ['agent'], says: 'member-in-git' },
  { title: 'a look-alike', actor: 'mia', subject: '\u04bb\u0430\u04cf', roles: ['agent'], says: 'look-alike' },
  { title: 'who spans the company', actor: 'mia', subject: 'pia', roles: ['agent'], says: 'organization-member' },
  { title: 'a place that is not there', actor: 'mia', place: nowhere, roles: ['agent'], says: 'unknown-workspace' },
  { title: 'a caller of another company', actor: 'mia', within: 'other', roles: ['agent'], says: 'out-of-reach' },
  { title: 'a caller of this company', actor: 'mia', within: 'acme', roles: ['agent'], says: 'allowed' },
  { title: 'an admin, all over', actor: 'ada', place: acme, roles: ['auditor'], says: 'allowed' },
  { title: 'a manager of a part', actor: 'mia', place: acme, roles: ['auditor'], says: denied },
  { title: 'whose part ends between', actor: 'kim', place: acme, roles: ['auditor'], says: denied },
  { title: 'a role of a part', actor: 'ada', place: acme, roles: ['agent'], says: 'wrong-span' },
  { title: 'a second owner', actor: 'ada', place: acme, roles: ['owner'], says: 'wrong-holders' },
  {
    title: 'a company that is not there',
    actor: 'ada',
    place: noCompany,
    roles: ['payer'],
    says: 'unknown-organization',
  },
  { title: 'a caller elsewhere', actor: 'ada', place: acme, within: 'other', roles: ['payer'], says: 'out-of-reach' },
];

/** What a door says of a change, and which rows for Casbin the subject has then. */
interface Said {
  readonly code: string;
  readonly rows: readonly string[];
}

function changeOf(one: Case, index: number): AskedMemberChange {
  const { place = support, subject = `new-${index}`, actor, roles, within } = one;
  return {
    place,
    subject: parseSubject(subject, 'user'),
    actor: parseSubject(actor, 'user'),
    assignments: roles.map((role) => (typeof role === 'string' ? { role } : role)),
    ...(within === undefined ? {} : { within: new Set([within]) }),
  };
}

function askJudge(live: LiveDatabase, change: AskedMemberChange, atMs: number): Said {
  const policy = live.current?.engine.policy ?? assert.fail('no policy');
  const before = live.members.get(change.place, change.subject.type, change.subject.id);
  const verdict = judgeMemberChange({ policy, members: live.members, atMs }, change, before);
  return verdict.fault
    ? { code: verdict.fault.code, rows: [] }
    : { code: 'allowed', rows: verdict.gRows.map((row) => row.join(' ')) };
}

async function askStore(live: LiveDatabase, change: AskedMemberChange, atMs: number): Promise<string> {
  return live
    .change(change, () => atMs)
    .then(
      () => 'allowed',
      (error: unknown) => (error instanceof MemberChangeDenied ? error.fault.code : assert.fail(String(error))),
    );
}

const tokens = { all: 'the-token-of-everything', acme: 'the-token-of-acme', other: 'the-token-of-other' };

async function askHttp(running: DatabaseSidecar, change: AskedMemberChange): Promise<string> {
  const { place, subject, actor, assignments, within } = change;
  const token = tokens[([...(within ?? [])][0] ?? 'all') as keyof typeof tokens];
  const path = `/v1/${place.kind}s/${place.id}/members/${encodeURIComponent(subject.id)}`;
  const headers = { Authorization: `Bearer ${token}` };
  const reply = await running.put(path, { roles: assignments, actor }, headers);
  return reply.status < 300 ? 'allowed' : (reply.json as { code: string }).code;
}

describe('the judge of memberships', () => {
  let databases: TestDatabases;
  let secrets: PolicyFolder;
  before(async () => {
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const limited = `${tokens.acme} organizations=acme\n${tokens.other} organizations=other\n`;
    secrets = await createPolicyFolder({ tokens: `${tokens.all}\n${limited}` });
  });
  afterEach(disposeDatabaseSidecars);
  after(async () => {
    await secrets.dispose();
    await databases.dispose();
  });

  const start = async (instant: Instant): Promise<{ url: string; running: DatabaseSidecar }> => {
    const url = await databases.create();
    await publish(url, memberPolicyFiles());
    const now = (): number => instants[instant];
    const running = await runDatabaseSidecar(url, { now, adminTokenFile: `${secrets.root}/tokens` });
    for (const [id, assignment] of given) {
      const who = { subject: parseSubject(id, 'user'), actor: parseSubject('mia', 'user') };
      const change = { place: support, ...who, assignments: [assignment], atMs: nowMs };
      await running.live.change(change, () => nowMs);
    }
    return { url, running };
  };

  const rowsOf = async (url: string): Promise<readonly string[]> => {
    const database = await openDatabase(new DatabaseUrl(url, '--database'), 'read', '/');
    try {
      const rows = await addedRulesOf(database);
      return rows.map((row) => row.replace(/^g /, '')).sort();
    } finally {
      await database.close();
    }
  };

  for (const instant of ['now', 'later'] as const) {
    it(`says the same through the store, over HTTP and by itself, ${instant}`, async function () {
      this.timeout(60_000);
      const [direct, served] = [await start(instant), await start(instant)];
      const atMs = instants[instant];
      const expectedRows: string[] = [];
      for (const [index, one] of cases.entries()) {
        const change = changeOf(one, index);
        const { says } = one;
        const expected = typeof says === 'string' ? says : says[instant === 'now' ? 0 : 1];
        const judged = askJudge(direct.running.live, change, atMs);
        assert.equal(judged.code, expected, one.title);
        assert.equal(await askStore(direct.running.live, change, atMs), expected, `${one.title}, by the store`);
        // A caller is not told whether a place is there that is not theirs.
        const worded = expected === 'out-of-reach' ? 'forbidden' : expected;
        assert.equal(await askHttp(served.running, change), worded, `${one.title}, over HTTP`);
        expectedRows.push(...judged.rows);
      }
      const kim = askJudge(direct.running.live, changeOf({ title: '', actor: 'olu', roles: [], says: '' }, 0), atMs);
      assert.equal(kim.code, 'allowed', 'the owner may take a membership away');
      assert.isAtLeast(expectedRows.length, 6);
      for (const { url } of [direct, served]) assert.includeMembers([...(await rowsOf(url))], expectedRows);
      assert.deepEqual(await rowsOf(direct.url), await rowsOf(served.url));
    });

    it(`gives what a publication leaves the very rows of a change, ${instant}`, async function () {
      this.timeout(60_000);
      const { url, running } = await start('now');
      const roles: readonly (string | RuntimeAssignment)[][] = [
        ['agent'],
        ['lead'],
        [{ role: 'lead', until: turn }],
        [
          { role: 'lead', from: turn },
          { role: 'agent', until: turn },
        ],
      ];
      for (const [index, held] of roles.entries()) {
        const change = changeOf({ title: '', actor: 'mia', roles: held, says: '' }, index);
        assert.equal(await askStore(running.live, change, nowMs), 'allowed');
      }
      const spanning = changeOf({ title: '', actor: 'ada', place: acme, roles: ['auditor'], says: '' }, 9);
      assert.equal(await askStore(running.live, spanning, nowMs), 'allowed');
      const files = memberPolicyFiles();
      const text = (files['policies/acme/support.yaml'] ?? '')
        .replace(/ {2}lead: .*\n/, '')
        .replace('chief: lead', 'chief: agent, lead: seller');
      await republish(url, { ...files, 'policies/acme/support.yaml': text }, instants[instant]);
      await running.live.catchUp();
      const left: RuntimeMember[] = [...running.live.members.all()];
      assert.lengthOf(left, given.length + roles.length + 1);
      const expected = left.flatMap(({ place, subject, assignments }) => {
        const change = { place, subject, assignments, actor: parseSubject('olu', 'user') };
        const said = askJudge(running.live, change, instants[instant]);
        assert.equal(said.code, 'allowed', subject.id);
        return said.rows;
      });
      assert.deepEqual(await rowsOf(url), expected.sort());
      const moved = left.find(({ subject }) => subject.id === 'new-1');
      assert.deepEqual(moved?.assignments, [{ role: 'seller' }], 'who held the role that is gone holds its heir');
    });
  }
});

async function republish(url: string, texts: Readonly<Record<string, string>>, atMs: number): Promise<void> {
  const files = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy, problems } = compilePolicy(sourceFiles(texts), atMs);
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  const database = await openDatabase(new DatabaseUrl(url, '--database'), 'write', '/');
  const publication = { policy, files, commit: undefined, author: 'ana', now: () => atMs };
  try {
    await publishRelease(database, publication);
  } finally {
    await database.close();
  }
}
