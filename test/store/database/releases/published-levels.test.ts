import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { groupType } from '../../../../src/policy/policy-set.ts';
import { MembershipsEnd, publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { PublicationRefused } from '../../../../src/store/database/releases/require-kept-rules.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { sourceFiles } from '../../../support/compile-yaml.ts';
import { levelsTexts } from '../../../support/levels-policy.ts';
import {
  acme,
  addedRulesOf,
  atMs,
  change,
  membersOf,
  onEachDatabase,
  request,
} from '../../../support/opened-databases.ts';

const [roles, company, support] = ['roles.yaml', 'policies/acme/organization.yaml', 'policies/acme/support.yaml'];

type Edit = readonly [file: string, text: string, by: string];

interface Published {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** What is not as it was: a membership at run time, or what is said instead of publishing. */
  readonly says: readonly string[];
}

const lead = '  lead: { extends: member, grants: [doc:edit] }\n';
const chief = '  chief: { spans: organization, grants: [bill:view] }\n';
const rover = '  rover: { spans: memberships, grants: [doc:edit] }\n';
const roamer = '  roamer: { spans: memberships, grants: [doc:edit] }\n';
const noLocal: Edit = [support, '  local: { extends: lead }\n', '  local: { extends: member }\n'];
const noOld: Edit = [company, 'retired:\n  old: lead\n', ''];
const isRetired = (id: string, to: string): Edit => [company, '  old: lead\n', `  ${id}: ${to}\n`];

const ends = (...who: string[]): string[] => who.map((one) => `${one}: ends`);
const table: readonly Published[] = [
  { title: 'the same again', edits: [], says: [] },
  { title: 'a role of the company that gives more', edits: [[company, lead, '  lead: { grants: ["*"] }\n']], says: [] },
  { title: 'one that is gone', edits: [[company, lead, ''], noLocal, noOld], says: ends('lea at support') },
  {
    title: 'one that is gone, with an heir',
    edits: [[company, lead, ''], noLocal, isRetired('lead', 'member')],
    says: ['lea at support: member'],
  },
  {
    title: 'one that is gone, with an heir that is given elsewhere',
    edits: [[company, lead, ''], noLocal, isRetired('lead', 'chief')],
    says: ends('lea at support'),
  },
  {
    title: 'one that is given elsewhere now',
    edits: [[company, lead, '  lead: { spans: organization, grants: [doc:edit] }\n'], noOld],
    says: ends('lea at support'),
  },
  {
    title: 'one that waits for a membership now',
    edits: [[company, lead, '  lead: { spans: memberships, grants: [doc:edit] }\n'], noOld],
    says: ends('lea at support'),
  },
  {
    title: 'one that a workspace defines now',
    edits: [[company, lead, ''], noOld, [support, '  local: { extends: lead }\n', lead]],
    says: [],
  },
  {
    title: 'one that is built in now',
    edits: [[company, lead, ''], noOld, [roles, '  boss:', `${lead}  boss:`]],
    says: [],
  },
  { title: 'one that spans the company, gone', edits: [[company, chief, '']], says: ends('cho at acme') },
  {
    title: 'one that spans the company, with an heir in workspaces',
    edits: [[company, chief, ''], isRetired('chief', 'lead')],
    says: ends('cho at acme'),
  },
  {
    title: 'one that spans the company, with an heir that does',
    edits: [[company, chief, ''], isRetired('chief', 'boss')],
    says: ['cho at acme: boss'],
  },
  {
    title: 'one that spans the company, given in workspaces now',
    edits: [[company, chief, '  chief: { grants: [doc:read] }\n']],
    says: ends('cho at acme'),
  },
  {
    title: 'one that spans the company, built in for the staff now',
    edits: [
      [company, chief, ''],
      [roles, '  boss:', '  chief: { spans: everything, grants: [bill:view] }\n  boss:'],
    ],
    says: ends('cho at acme'),
  },
  {
    title: 'one that spans memberships, gone',
    edits: [[company, rover, '']],
    says: ends('desk at acme', 'rob at acme'),
  },
  {
    title: 'one that spans memberships, given in workspaces now',
    edits: [[company, rover, '  rover: { grants: [doc:edit] }\n']],
    says: ends('desk at acme', 'rob at acme'),
  },
  {
    title: 'one that spans memberships, for the staff now',
    edits: [[roles, roamer, '  roamer: { spans: everything, grants: [doc:edit] }\n']],
    says: ends('rex at acme'),
  },
  {
    title: 'a group that is gone',
    edits: [[company, 'groups:\n  desk: [dan]\n', '']],
    says: ends('desk at acme'),
  },
  { title: 'staff that is a member at run time', edits: [[roles, '  mia: helper\n', '  rob: helper\n']], says: [] },
  {
    title: 'an id of a workspace that the company has',
    edits: [[support, '  local:', '  lead: { grants: [doc:edit] }\n  local:']],
    says: ['shadows-organization'],
  },
  {
    title: 'an id of the company that is built in',
    edits: [[company, rover, `${rover}  helper: { grants: [doc:edit] }\n`]],
    says: ['shadows-built-in'],
  },
  {
    title: 'a role of the company that spans everything',
    edits: [[company, lead, '  lead: { spans: everything, grants: [doc:edit] }\n']],
    says: ['bad-value'],
  },
  { title: 'staff with a role of a company', edits: [[roles, 'mia: helper', 'mia: lead']], says: ['unknown-role'] },
  { title: 'staff with a role of workspaces', edits: [[roles, 'mia: helper', 'mia: member']], says: ['wrong-span'] },
  { title: 'staff that is a group', edits: [[roles, 'mia: helper', '"group:desk": helper']], says: ['bad-subject'] },
  {
    title: 'a group with a role that spans everything',
    edits: [[company, '  ada: boss\n', '  ada: boss\n  group:desk: helper\n']],
    says: ['wrong-span'],
  },
];

function edited(edits: readonly Edit[]): Record<string, string> {
  const texts = { ...levelsTexts };
  for (const [file, text, by] of edits) {
    assert.include(texts[file], text);
    texts[file] = (texts[file] ?? '').replace(text, by);
  }
  return texts;
}

onEachDatabase('members at run time with roles of each level', (opened) => {
  const publish = async (texts: Record<string, string>, endMemberships?: number): Promise<string[]> => {
    const files = sourceFiles(texts) as ReadFile[];
    const { policy, problems } = compilePolicy(files, atMs);
    if (!policy) return [...new Set(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code))];
    const publication = { policy, files, commit: undefined, author: 'ana', now: () => atMs };
    const agreed = endMemberships === undefined ? {} : { endMemberships };
    return publishRelease(opened().database, { ...publication, ...agreed }).then(
      () => [],
      (refusal: unknown) => {
        if (refusal instanceof MembershipsEnd) return publish(texts, refusal.ended.length);
        if (refusal instanceof PublicationRefused) return refusal.broken.map(({ code }) => code);
        throw refusal;
      },
    );
  };
  const held = async (): Promise<Map<string, string>> =>
    new Map(
      (await membersOf(opened().database)).map((line) => [line.replace(/:.*/, ''), line.replace(/^.*: |, .*$/g, '')]),
    );

  it('keep what they may, hold what took its place, or end, as a publication says', async () => {
    const { database } = opened();
    for (const { title, edits, says } of table) {
      assert.deepEqual(await publish(levelsTexts), []);
      const { policy } = compilePolicy(sourceFiles(levelsTexts), atMs);
      if (!policy) assert.fail();
      const give = (id: string, role: string, more: object = {}): Promise<unknown> =>
        change(database, policy, request(id, [role], more));
      await give('lea', 'lead');
      await give('rob', 'member');
      for (const [id, role] of [
        ['cho', 'chief'],
        ['rob', 'rover'],
        ['rex', 'roamer'],
      ] as const)
        await give(id, role, { place: acme });
      await give('desk', 'rover', { place: acme, subject: { type: groupType, id: 'desk' } });
      const before = await held();
      assert.equal(before.size, 6);
      const refused = await publish(edited(edits));
      const after = await held();
      const changed = [...before].filter(([who, role]) => after.get(who) !== role);
      assert.deepEqual(
        [...refused, ...changed.map(([who]) => `${who}: ${after.get(who) ?? 'ends'}`)].sort(),
        [...says],
        title,
      );
      // What a membership in a workspace gives stays.
      const rows = (await addedRulesOf(database)).filter((row) => !row.includes(' role:member '));
      for (const ended of says.filter((said) => said.endsWith(': ends'))) {
        const name = `g user:${ended.split(' ')[0]} `;
        assert.deepEqual(
          rows.filter((row) => row.startsWith(name)),
          [],
          title,
        );
      }
    }
  }).timeout(60_000);
});
