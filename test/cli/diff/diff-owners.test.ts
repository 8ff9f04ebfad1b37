import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { acme, change, publicationOf, request } from '../../support/opened-databases.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const onFile = '--database sqlite:releases.db';
const catalog = (owner = 'holders: 1', lead = ''): string => `permissions:
  Team:
    team:manage: { title: Manage, controls: members }
    doc:read: Read
roles:
  member: { grants: [doc:read] }
  lead: { grants: [team:manage]${lead} }
  owner: { grants: ["*"], spans: organization, ${owner} }
`;

describe('owners and what roles hand out', () => {
  let policy: PolicyFolder;
  const rolebook = (line: string): Promise<CommandResult> => runCommand(line.split(' '), { cwd: policy.root });
  const company = (members: string): Promise<void> =>
    policy.write('policies/organization.yaml', `organization: acme\nmembers: { ${members} }\n`);

  beforeEach(async () => {
    policy = await createPolicyFolder({
      'roles.yaml': catalog(),
      'policies/organization.yaml': 'organization: acme\nmembers: { olu: owner }\n',
      'policies/support.yaml': 'workspace: support\nmembers: { bo: member }\n',
    });
    const published = await rolebook(`publish ${onFile} --author ana`);
    assert.strictEqual(published.exitCode, 0, published.all);
  });
  afterEach(() => policy.dispose());

  const handOver = async (): Promise<void> => {
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', policy.root);
    const known = publicationOf().policy;
    const more = { place: acme, atMs: Date.now() };
    await change(database, known, request('olu', [{ role: 'owner', handedOver: true }], more));
    await change(database, known, request('nina', ['owner'], more));
    await database.close();
  };

  it('are told by `diff --database` where a publication is refused for it, before `publish` refuses it', async () => {
    await company('bo: owner');
    assert.notInclude((await rolebook(`diff ${onFile}`)).stdout, 'refused');
    await company('');
    const told = 'nobody holds role owner of organization acme for good; there must be exactly 1';
    assert.include((await rolebook(`diff ${onFile}`)).stdout, `a publication is refused: ${told}`);
    const { exitCode, stdout } = await rolebook(`publish ${onFile} --author ana`);
    assert.strictEqual(exitCode, 1);
    assert.include(stdout, 'refused: nobody holds role `owner` of organization `acme` for good');
    assert.include((await rolebook('lint')).stdout, '[missing-holders]');
  });

  it('are told where an owner handed over at run time and the files do not say so yet, and when they do', async () => {
    await handOver();
    const told =
      'olu handed over role owner of organization acme at run time and holds it no more, whatever is written';
    const { stdout } = await rolebook(`diff ${onFile}`);
    assert.include(stdout, told);
    assert.notInclude(stdout, 'may now');
    const json = JSON.parse((await rolebook(`diff ${onFile} --format json`)).stdout) as {
      notices: { kind: string; subjects?: string[] }[];
    };
    assert.deepEqual(
      json.notices.map(({ kind, subjects }) => [kind, subjects]),
      [['runtime-handed-over', ['olu']]],
    );
    assert.include((await rolebook(`lint ${onFile}`)).stdout, '[handed-over]');
    assert.notInclude((await rolebook('lint')).stdout, '[handed-over]');
    const again = await rolebook(`publish ${onFile} --author ana`);
    assert.include(again.stdout, `handed over: ${told}, at policies/organization.yaml:2:17`);
    await company('nina: owner');
    const agreed = await rolebook(`diff ${onFile}`);
    assert.include(
      agreed.stdout,
      'olu, who handed over a role of organization acme at run time: git no longer gives owner',
    );
    assert.match(agreed.stdout, /^nobody gains or loses anything since /);
    const published = await rolebook(`publish ${onFile} --author ana`);
    assert.strictEqual(published.exitCode, 0, published.all);
    assert.include(published.stdout, 'agreed: user:olu in organization acme: git no longer gives owner');
    assert.notInclude((await rolebook(`lint ${onFile}`)).stdout, 'handed-over');
  });

  it('are counted by `lint --database` with those of run time, and without a database by the files alone', async () => {
    await handOver();
    await company('');
    assert.include((await rolebook('lint')).stdout, '[missing-holders]');
    assert.notInclude((await rolebook(`lint ${onFile}`)).stdout, '[missing-holders]');
    await company('olu: owner, pia: owner');
    assert.include(
      (await rolebook('lint')).stdout,
      '2 holders of role `owner`; there must be exactly 1 [wrong-holders]',
    );
    await company('pia: owner');
    assert.strictEqual((await rolebook('lint')).exitCode, 0);
    const both = await rolebook(`lint ${onFile}`);
    assert.include(
      both.stdout,
      'organization `acme` would have 2 holders of `owner`; there must be exactly 1 [wrong-holders]',
    );
  });

  it('are told by `publish` where nobody was there before either, and it publishes', async () => {
    await policy.write('roles.yaml', catalog('title: Owner'));
    await company('');
    assert.strictEqual((await rolebook(`publish ${onFile} --author ana`)).stderr, '');
    await policy.write('roles.yaml', catalog('holders: "1+"'));
    const { exitCode, stderr } = await rolebook(`publish ${onFile} --author ana`);
    const told = 'warning: nobody holds role `owner` of organization `acme` for good; there must be at least 1\n';
    assert.deepEqual([exitCode, stderr], [0, told]);
    assert.strictEqual((await rolebook(`publish ${onFile} --author ana`)).stderr, told, 'as long as it is so');
  });

  it('are told where the rule changes, and which ways to more that opens', async () => {
    await policy.write('roles.yaml', catalog('holders: "1+"', ', assigns: [member]'));
    const { stdout } = await rolebook(`diff ${onFile}`);
    assert.include(stdout, 'role owner must now be held by at least 1');
    assert.include(stdout, 'role lead now hands out member alone');
    await rolebook(`publish ${onFile} --author ana`);
    await policy.write('roles.yaml', catalog('title: Owner', ', assigns: []'));
    const none = (await rolebook(`diff ${onFile}`)).stdout;
    assert.include(none, 'role lead now hands out no role');
    assert.include(none, 'role owner must now be held by nobody in particular');
    await policy.write('roles.yaml', catalog('holders: "1+"'));
    assert.include(
      (await rolebook(`diff ${onFile}`)).stdout,
      'role lead now hands out any role, where it controls members',
    );
  });
});
