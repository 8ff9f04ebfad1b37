import { assert } from 'chai';
import { companyTexts } from '../../support/company-policy.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const timedSupport = `workspace: support
title: Support
members:
  ana@acme.example:
    - { role: member, from: 2026-06-01, until: 2026-06-30 }
`;

describe('rolebook enforce', () => {
  let folder: PolicyFolder;

  before(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });
  after(() => folder.dispose());

  const enforce = (...argv: string[]): Promise<CommandResult> => runCommand(['enforce', ...argv], { cwd: folder.root });

  it('prints allow with the role and the YAML line, and exits 0', async () => {
    const result = await enforce('ana@acme.example', 'support', 'conversation:assign');
    assert.equal(result.exitCode, 0, result.all);
    assert.match(result.stdout, /^allow\n.*`team-lead`.*\(policies\/support\.yaml:7:14\)\n$/);
    assert.equal(result.stderr, '');
  });

  it('prints deny with the reason, and exits 1', async () => {
    const result = await enforce('bo@acme.example', 'support', 'conversation:assign');
    assert.equal(result.exitCode, 1);
    assert.match(result.stdout, /^deny\n.+\n$/);
    assert.equal(result.stderr, '');
  });

  it('asks a company itself with --organization in place of WORKSPACE', async () => {
    const company = await createPolicyFolder({ ...companyTexts });
    const there = (...argv: string[]): Promise<CommandResult> =>
      runCommand(['enforce', ...argv], { cwd: company.root });
    try {
      const allowed = await there('nia', 'billing:pay', '--organization', 'newco');
      assert.equal(allowed.exitCode, 0, allowed.all);
      assert.match(allowed.stdout, /^allow\n.*`company-admin`/);
      const denied = await there('ana', 'billing:pay', '--organization', 'acme');
      assert.equal(denied.exitCode, 1);
      assert.include(denied.stdout, 'the whole organization `acme`');
      const elsewhere = await there('olu', 'message:send', '--organization', 'acme', '--format', 'json');
      assert.deepNestedInclude(JSON.parse(elsewhere.stdout), { decision: false, 'reason.code': 'wrong-span' });
      const unknown = await there('olu', 'billing:pay', '--organization', 'nowhere');
      assert.include(unknown.stdout, 'there is no organization `nowhere`');
    } finally {
      await company.dispose();
    }
  });

  it('asks for nobody whom people would take for somebody else', async () => {
    for (const id of ['ana\u200b@acme.example', '\u0430na@acme.example', 'user:\u202eana', 'an\uff41@acme.example']) {
      const result = await enforce(id, 'support', 'conversation:assign');
      assert.equal(result.exitCode, 2, JSON.stringify(id));
      assert.equal(result.stdout, '');
      assert.match(result.stderr, /^error: the subject id /);
      assert.notMatch(result.stderr, /[\u200b\u202e]/);
    }
  });

  it('writes decision, reason and revision as JSON', async () => {
    const allow = await enforce('ana@acme.example', 'support', 'conversation:assign', '--format', 'json');
    const deny = await enforce('cy@acme.example', 'support', 'conversation:assign', '--format', 'json');
    assert.hasAllKeys(JSON.parse(allow.stdout), ['decision', 'reason', 'revision']);
    assert.deepInclude(JSON.parse(allow.stdout), { decision: true });
    assert.deepNestedInclude(JSON.parse(allow.stdout), {
      'reason.code': 'granted',
      'reason.file': 'policies/support.yaml',
      'reason.line': 7,
    });
    assert.deepNestedInclude(JSON.parse(deny.stdout), { decision: false, 'reason.code': 'not-granted' });
    assert.match((JSON.parse(allow.stdout) as { revision: string }).revision, /^[0-9a-f]{12}$/);
    assert.deepEqual([allow.exitCode, deny.exitCode], [0, 1]);
  });

  it('takes the scope after the permission, or as --scope, or finds it from the resource', async () => {
    const shared = { resource: { owner: 'cy@acme.example' } };
    const own = { resource: { owner: 'bo@acme.example' } };
    const cases: { argv: string[]; exitCode: number }[] = [
      { argv: ['message:send@shared'], exitCode: 1 },
      { argv: ['message:send@personal'], exitCode: 0 },
      { argv: ['message:send', '--scope', 'shared'], exitCode: 1 },
      { argv: ['message:send', '--scope', 'personal'], exitCode: 0 },
      { argv: ['message:send', '--resource', JSON.stringify(shared.resource)], exitCode: 1 },
      { argv: ['message:send', '--resource', JSON.stringify(own.resource)], exitCode: 0 },
      { argv: ['message:send'], exitCode: 1 },
      { argv: ['message:send@elsewhere'], exitCode: 1 },
    ];
    for (const { argv, exitCode } of cases) {
      const result = await enforce('bo@acme.example', 'support', ...argv);
      assert.equal(result.exitCode, exitCode, `${argv.join(' ')}: ${result.all}`);
    }
  });

  it('denies an unknown workspace, permission or subject with its reason', async () => {
    const cases = [
      [['ana@acme.example', 'suport', 'comment:send'], 'unknown-workspace'],
      [['ana@acme.example', 'support', 'comment:sned'], 'unknown-permission'],
      [['ana@acme.example', 'support', 'comment'], 'unknown-permission'],
      [['nobody@acme.example', 'support', 'comment:send'], 'not-a-member'],
      [['ana@acme.example', 'support', 'comment:send@shared'], 'unknown-scope'],
      [['ana@acme.example', '__proto__', 'comment:send'], 'unknown-workspace'],
      [['ana@acme.example', 'support', '__proto__'], 'unknown-permission'],
    ] as const;
    for (const [argv, code] of cases) {
      const result = await enforce(...argv, '--format', 'json');
      assert.equal(result.exitCode, 1, result.all);
      assert.deepNestedInclude(JSON.parse(result.stdout), { decision: false, 'reason.code': code });
    }
  });

  it('asks at another time', async () => {
    const timed = await createPolicyFolder({ ...smallPolicy(), 'policies/support.yaml': timedSupport });
    const at = (time: string): Promise<CommandResult> =>
      runCommand(['enforce', 'ana@acme.example', 'support', 'comment:send', '--at', time], { cwd: timed.root });
    try {
      assert.equal((await at('2026-05-31T23:59:59Z')).exitCode, 1);
      assert.equal((await at('2026-06-01')).exitCode, 0);
      assert.equal((await at('2026-06-30T23:59:59Z')).exitCode, 0);
      assert.equal((await at('2026-07-01')).exitCode, 1);
    } finally {
      await timed.dispose();
    }
  });

  it('prints paths that can be opened from where it was started', async () => {
    const result = await runCommand(
      ['enforce', 'ana@acme.example', 'support', 'conversation:assign', '--policy', folder.root],
      { cwd: '/' },
    );
    assert.include(result.stdout, `(${folder.root}/policies/support.yaml:7:14)`);
  });

  it('prints the errors of a broken policy and decides nothing', async () => {
    const broken = await createPolicyFolder({
      ...smallPolicy(),
      'policies/support.yaml': 'workspace: support\ntitle: x\nroles: 3\n',
    });
    const argv = ['enforce', 'ana@acme.example', 'support', 'comment:send'];
    try {
      const text = await runCommand(argv, { cwd: broken.root });
      assert.equal(text.exitCode, 1);
      assert.equal(text.stdout, '');
      assert.include(text.stderr, 'policies/support.yaml:3:');
      const json = await runCommand([...argv, '--format', 'json'], { cwd: broken.root });
      assert.equal(json.exitCode, 1);
      assert.notProperty(JSON.parse(json.stdout), 'decision');
      assert.isNotEmpty((JSON.parse(json.stdout) as { problems: object[] }).problems);
    } finally {
      await broken.dispose();
    }
  });

  const mistakes: { argv: string[]; says: string[] }[] = [
    { argv: [], says: ['missing required argument `SUBJECT`'] },
    { argv: ['ana@acme.example', 'support'], says: ['missing required argument `PERMISSION`'] },
    { argv: ['ana@acme.example', 'support', 'a:b', 'c'], says: ['too many arguments'] },
    { argv: ['ana@acme.example', '--organization', 'acme'], says: ['missing required argument'] },
    {
      argv: ['ana@acme.example', 'support', 'a:b', '--organization', 'acme'],
      says: ['`--organization acme` stands in place of the workspace `support`', 'leave out one of the two'],
    },
    { argv: ['ana@acme.example', 'a:b', '--organization', ''], says: ['ORG is empty'] },
    { argv: ['ana@acme.example', '', '--organization', 'acme'], says: ['PERMISSION is empty'] },
    { argv: ['ana@acme.example', 'a:b', '--organization'], says: ['argument missing'] },
    { argv: ['ana@acme.example', 'a:b', '--organisation', 'acme'], says: ['unknown option', '--organization'] },
    { argv: ['--organization', 'acme'], says: ['missing required argument `SUBJECT`'] },
    {
      argv: ['usr:ana@acme.example', 'support', 'comment:send'],
      says: ['unknown subject type `usr`', 'did you mean `user`?'],
    },
    { argv: ['robot:ana', 'support', 'comment:send'], says: ['unknown subject type `robot`', 'known: `user`'] },
    { argv: [':ana', 'support', 'comment:send'], says: ['unknown subject type'] },
    { argv: ['', 'support', 'comment:send'], says: ['subject id `` is empty'] },
    { argv: ['user:', 'support', 'comment:send'], says: ['is empty'] },
    { argv: [' ana', 'support', 'comment:send'], says: ['begins or ends with a blank'] },
    { argv: ['a"b', 'support', 'comment:send'], says: ['holds `"`'] },
    { argv: ['x'.repeat(257), 'support', 'comment:send'], says: ['is longer than 256'] },
    { argv: ['ana@acme.example', '', 'comment:send'], says: ['WORKSPACE is empty'] },
    { argv: ['ana@acme.example', 'support', ''], says: ['PERMISSION is empty'] },
    { argv: ['ana@acme.example', 'support', 'message:send@'], says: ['the scope after `@` is empty'] },
    { argv: ['ana@acme.example', 'support', 'message:send@a+'], says: ['the scope after `@` is empty'] },
    { argv: ['ana@acme.example', 'support', 'message:send', '--scope'], says: ['argument missing'] },
    { argv: ['ana@acme.example', 'support', 'message:send', '--scope', ''], says: ['`--scope` is empty'] },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--resource', '{"owner"'],
      says: ['`--resource` is not JSON', 'write an object'],
    },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--resource', '{"account": 9007199254740993}'],
      says: ['`--resource` has a number that cannot be held exactly, at `/account`', 'put quotes round it'],
    },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--context', '{"a": [0.1, 1e400]}'],
      says: ['`--context` has a number that cannot be held exactly, at `/a/1`'],
    },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--resource', '[1]'],
      says: ['`--resource` takes a JSON object'],
    },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--context', 'null'],
      says: ['`--context` takes a JSON object'],
    },
    { argv: ['ana@acme.example', 'support', 'message:send', '--at', 'now'], says: ['`--at` takes a time'] },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--format', 'junit'],
      says: ['`--format` cannot be `junit`'],
    },
    {
      argv: ['ana@acme.example', 'support', 'message:send', '--policy', 'nowhere'],
      says: ['there is no folder `nowhere`'],
    },
  ];
  for (const { argv, says } of mistakes) {
    it(`exits 2 and says what is wrong with \`enforce ${argv.join(' ').slice(0, 70)}\``, async () => {
      const result = await enforce(...argv);
      assert.equal(result.exitCode, 2, result.all);
      assert.equal(result.stdout, '');
      for (const text of says) assert.include(result.stderr, text);
    });
  }
});
