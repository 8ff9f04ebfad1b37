import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assert } from 'chai';
import { load } from 'js-yaml';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../../support/policy-folder.ts';

describe('rolebook schema', () => {
  let folder: PolicyFolder;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(() => folder.dispose());
  const run = (...args: string[]): Promise<CommandResult> => runCommand(args, { cwd: folder.root });
  const schema = async (kind: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(folder.root, `schemas/${kind}.schema.json`), 'utf8')) as Record<string, unknown>;
  const refusals = async (kind: string, text: string): Promise<string[]> => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(await schema(kind));
    validate(load(text));
    return (validate.errors ?? []).map(({ keyword, instancePath }) => `${instancePath} ${keyword}`);
  };

  it('writes the four schemas beside the policy, and the same again', async () => {
    const first = await run('schema');
    assert.strictEqual(first.exitCode, 0);
    const kinds = ['organization', 'roles', 'test', 'workspace'];
    assert.deepEqual(
      first.stdout.trim().split('\n'),
      kinds.map((kind) => `schemas/${kind}.schema.json`),
    );
    const before = await schema('workspace');
    assert.match(String(before['$comment']), /^Written by `rolebook schema` .*: permissions 5, roles 5, scopes 2\./);
    await run('schema');
    assert.deepEqual(await schema('workspace'), before);
    assert.strictEqual((await run('schema', '--check')).exitCode, 0);
    const { stdout } = await run('schema', '--out', 'elsewhere', '--format', 'json');
    assert.include(stdout, '"elsewhere/roles.schema.json"');
  });

  it('has the files of the policy as they are right', async () => {
    await run('schema');
    for (const [path, kind] of [
      ['roles.yaml', 'roles'],
      ['policies/organization.yaml', 'organization'],
      ['policies/support.yaml', 'workspace'],
    ] as const) {
      assert.deepEqual(await refusals(kind, smallPolicy()[path] ?? ''), [], path);
    }
  });

  it('refuses grants of a customer that are none of the policy, and lets stand what is new elsewhere', async () => {
    await folder.write(
      'roles.yaml',
      (smallPolicy()['roles.yaml'] ?? '').replace(
        'tag:create: Create tags',
        'tag:create: { title: Create tags, was: [label:create, tag:new] }',
      ),
    );
    await run('schema');
    const grants = (grant: string): string => `workspace: w\nroles: { lead: { grants: ["${grant}"] } }\n`;
    for (const grant of [
      'message:send',
      'message:send@shared',
      'tag:*',
      '*',
      '*@personal',
      'label:create',
      'label:*',
    ]) {
      assert.deepEqual(await refusals('workspace', grants(grant)), [], grant);
    }
    const wrong = [
      'mesage:send',
      'message:send@shard',
      'comment:send@shared',
      'tags:*',
      '*@team',
      '',
      'Message:send',
      'a:b',
    ];
    for (const grant of wrong) {
      assert.deepEqual(await refusals('workspace', grants(grant)), ['/roles/lead/grants/0 enum'], grant);
      const test = `tests: [{ name: n, workspace: w, as: ana, can: ["${grant}"] }]\n`;
      assert.deepEqual(await refusals('test', test), ['/tests/0/can/0 enum'], grant);
    }
    const anew = 'permissions: { C: { a:new: New } }\nroles: { newcomer: { grants: [a:new], extends: nobody } }\n';
    assert.deepEqual(await refusals('roles', anew), []);
    const members = 'workspace: w\nroles: { a: { extends: nobody } }\nmembers: { ana: [newcomer, { role: other }] }\n';
    assert.deepEqual(await refusals('workspace', members), []);
  });

  it('is out of date when a name is another, which `--check` and `lint` say until it is written again', async () => {
    await run('schema');
    assert.strictEqual((await run('lint')).stdout.includes('stale-schema'), false);
    await folder.write(
      'roles.yaml',
      (smallPolicy()['roles.yaml'] ?? '').replace('tag:create: Create', 'tag:make: Make'),
    );
    const checked = await run('schema', '--check');
    assert.strictEqual(checked.exitCode, 1);
    assert.include(checked.stdout, 'schemas/workspace.schema.json: not the names of this policy');
    const linted = await run('lint');
    assert.strictEqual(linted.exitCode, 0);
    assert.include(linted.stdout, 'schemas/organization.schema.json:1:1: warning: ');
    assert.include(linted.stdout, 'and 3 more are not those of the policy [stale-schema]');
    await run('schema');
    assert.strictEqual((await run('lint')).stdout.includes('stale-schema'), false);
  });

  it('takes what it did not write for old, and `lint` leaves that alone', async () => {
    assert.strictEqual((await run('schema', '--check')).exitCode, 1);
    for (const text of ['{}', 'null', 'no JSON', '[]', '{ "$comment": "mine" }']) {
      await folder.write('schemas/roles.schema.json', text);
      assert.include((await run('schema', '--check')).stdout, 'roles.schema.json');
      assert.strictEqual((await run('lint')).stdout.includes('stale-schema'), false, text);
    }
  });

  it('proposes roles of customers only while they are few', async () => {
    const roles = Array.from({ length: 501 }, (_, index) => `  r${index}: { grants: [comment:send] }\n`).join('');
    await folder.write('policies/many.yaml', `workspace: many\nroles:\n${roles}`);
    await run('schema');
    const text = JSON.stringify(await schema('workspace'));
    assert.include(text, '"workspace-admin"');
    assert.notInclude(text, '"r1"');
    assert.notInclude(text, '"trainee"');
  });

  it('writes nothing for a policy that is wrong, or where it cannot', async () => {
    await folder.write('taken', 'a file');
    assert.strictEqual((await run('schema', '--out', 'taken')).exitCode, 2);
    assert.strictEqual((await run('schema', '--out', '')).exitCode, 2);
    assert.strictEqual((await run('schema', '--policy', 'nowhere')).exitCode, 2);
    await folder.write('policies/support.yaml', 'workspace: support\nroles: 7\n');
    assert.strictEqual((await run('schema')).exitCode, 1);
    assert.strictEqual((await run('schema', '--check')).exitCode, 1);
  });
});
