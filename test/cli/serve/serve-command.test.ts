import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { readFile, rename, symlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand } from '../../support/command-line.ts';
import { Serving } from '../../support/serving.ts';

const agent = { subject: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };
const anyPort = ['--listen', '127.0.0.1:0'];

describe('rolebook serve', () => {
  let folder: PolicyFolder;
  let serving: Serving | undefined;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    serving?.kill();
    await folder.dispose();
  });

  const start = (...args: string[]): Serving => (serving = new Serving([...anyPort, ...args], folder.root));
  const decide = async (at: Serving, headers: Record<string, string> = {}): Promise<unknown> => {
    const reply = await fetch(`${at.address}/v1/enforce`, {
      method: 'POST',
      body: JSON.stringify(agent),
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    return reply.status === 200 ? ((await reply.json()) as { decision: boolean }).decision : reply.status;
  };
  const runPrintedCall = async (at: Serving): Promise<unknown> => {
    const call = /^try: (.*)$/m.exec(at.stdout)?.[1] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', call]);
    return JSON.parse(stdout);
  };
  const untilDecision = async (at: Serving, decision: boolean): Promise<void> => {
    const endMs = performance.now() + 5000;
    while ((await decide(at)) !== decision) {
      if (performance.now() > endMs) throw new Error(`it never became ${decision}: ${at.stderr}`);
    }
  };

  it('says where it answers and what to try; what it says to try is allowed', async () => {
    const at = start();
    await at.untilOutput('try: ');
    const [address, revision, call] = at.stdout.split('\n');
    const sample = { subject: 'ana@acme.example', workspace: 'support', permission: 'message:send', scope: 'personal' };
    assert.match(String(address), /^rolebook answers on http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(String(revision), /^revision [0-9a-f]{12}: 1 workspace, 5 members, 2 custom roles$/);
    assert.include(call as string, JSON.stringify(sample));
    assert.include((await runPrintedCall(at)) as object, { decision: true });
    at.signal('SIGTERM');
    assert.strictEqual(await at.untilExit(), 0);
    assert.deepEqual(
      at.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{')),
      [],
    );
  });

  it('follows the files, keeps deciding over a bad one, and ends at SIGINT', async () => {
    const at = start();
    await at.untilOutput('try: ');
    const support = smallPolicy()['policies/support.yaml'] ?? '';
    assert.strictEqual(await decide(at), false);
    const promoted = support.replace('cy@acme.example: member', 'cy@acme.example: team-lead');
    await folder.write('policies/support.yaml', promoted);
    await untilDecision(at, true);
    await folder.write('policies/support.yaml', 'workspace: [');
    await at.untilOutput('the last good policy stays live');
    assert.include(at.stderr, 'policies/support.yaml:1:');
    assert.strictEqual(await decide(at), true);
    await folder.write('policies/support.yaml', support);
    await untilDecision(at, false);
    at.signal('SIGINT');
    assert.strictEqual(await at.untilExit(), 0);
  });

  it('tells nobody what is in a file that a link outside leads to, nor in its log, and keeps deciding', async () => {
    const outside = await createPolicyFolder({ admin: 'a4f0c2d19e7b6358a4f0c2d19e7b6358\n' });
    const at = start();
    await at.untilOutput('try: ');
    await symlink(`${outside.root}/admin`, `${folder.root}/policies/notes.yaml`);
    const endMs = performance.now() + 10_000;
    while (!at.stderr.includes('leads out of the policy directory')) {
      if (performance.now() > endMs) throw new Error(`nothing was said of the link: ${at.stderr}`);
      await pause(20);
    }
    const policy = await (await fetch(`${at.address}/v1/policy`)).text();
    assert.include(policy, '`policies/notes.yaml` is a symbolic link that leads out of the policy directory');
    assert.notInclude(policy + at.stderr + at.stdout, 'a4f0');
    assert.include((await runPrintedCall(at)) as object, { decision: true });
    assert.strictEqual(await decide(at), false);
    await outside.dispose();
  });

  it('starts with bad files, says where they are bad, and goes on when they are mended', async () => {
    const bad = 'workspace: support\ntitle: Support\nmembers: { cy@acme.example: boss }\n';
    await folder.write('policies/support.yaml', bad);
    const at = start('--poll-interval', '0.5');
    await at.untilOutput('no policy is live: 1 problem in the files');
    assert.include(at.stderr, 'policies/support.yaml:3:');
    assert.include(at.stderr, '`boss`');
    assert.strictEqual(await decide(at), 503);
    assert.strictEqual((await fetch(`${at.address}/readyz`)).status, 503);
    assert.strictEqual((await fetch(`${at.address}/healthz`)).status, 200);
    await folder.write('policies/support.yaml', smallPolicy()['policies/support.yaml'] ?? '');
    await at.untilOutput('the policy was loaded');
    assert.strictEqual(await decide(at), false);
  });

  it('reads the tokens again and opens the decision log again at SIGHUP', async () => {
    await folder.write('tokens', 'the-first-token-of-all\n');
    const at = start('--token-file', 'tokens', '--decision-log', 'decisions.jsonl');
    await at.untilOutput('try: ');
    assert.include((await runPrintedCall(at)) as object, { decision: true });
    assert.strictEqual(await decide(at), 401);
    assert.strictEqual(await decide(at, { Authorization: 'Bearer the-first-token-of-all' }), false);
    await folder.write('tokens', 'the-second-token-of-all\n');
    await rename(`${folder.root}/decisions.jsonl`, `${folder.root}/decisions.1.jsonl`);
    at.signal('SIGHUP');
    await at.untilOutput('the token files were read again');
    assert.strictEqual(await decide(at, { Authorization: 'Bearer the-first-token-of-all' }), 401);
    assert.strictEqual(await decide(at, { Authorization: 'Bearer the-second-token-of-all' }), false);
    at.signal('SIGTERM');
    assert.strictEqual(await at.untilExit(), 0);
    const lines = async (name: string): Promise<number> =>
      (await readFile(`${folder.root}/${name}`, 'utf8')).split('\n').length - 1;
    assert.deepEqual([await lines('decisions.1.jsonl'), await lines('decisions.jsonl')], [2, 1]);
    assert.notInclude(at.stdout + at.stderr, '-token-of-all');
  });

  it('answers on a unix socket, with the decision log alone on stdout', async () => {
    const at = (serving = new Serving(['--listen', `unix:${folder.root}/r.sock`, '--decision-log', '-'], folder.root));
    await at.untilOutput('try: ');
    const call = /^try: (.*)$/m.exec(at.stderr)?.[1] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', call]);
    assert.include(JSON.parse(stdout), { decision: true });
    await at.untilOutput('"reason":"granted"');
    assert.include(JSON.parse(at.stdout), { decision: true, workspace: 'support' });
  });

  it('ends at once, with 3, at a second signal', async () => {
    const at = start();
    await at.untilOutput('try: ');
    const never = new ReadableStream({ start: () => undefined });
    const init = { method: 'POST', body: never, duplex: 'half', headers: { 'Content-Type': 'application/json' } };
    const hanging = fetch(`${at.address}/v1/enforce`, init as RequestInit).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    at.signal('SIGTERM');
    await at.untilOutput('stopping');
    at.signal('SIGTERM');
    assert.strictEqual(await at.untilExit(), 3);
    assert.strictEqual(await hanging, 'cut');
  });

  const mistakes: [string[], string][] = [
    [['--policy', 'nowhere'], 'there is no folder `nowhere`'],
    [['--policy', 'roles.yaml'], '`roles.yaml` is not a folder'],
    [['--listen', '8181'], '`8181` is not an address to listen on'],
    [['--listen', '0.0.0.0:0'], 'so it needs tokens'],
    [['--token-file', 'nowhere'], 'cannot read the token file'],
    [['--decision-log', 'no/such/folder/log'], 'cannot write the decision log'],
    [['--log-level', 'loud'], '`--log-level` cannot be `loud`'],
    [['--poll-interval', 'often'], '`--poll-interval` takes seconds'],
  ];
  for (const [args, message] of mistakes) {
    it(`exits 2 for \`serve ${args.join(' ')}\` and says why`, async () => {
      const result = await runCommand(['serve', ...anyPort, ...args], { cwd: folder.root });
      assert.strictEqual(result.exitCode, 2, result.all);
      assert.include(result.stderr, message);
    });
  }
});
