import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { spawnSidecar, type SpawnedSidecar } from '../soak/spawned-sidecar.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { codeBlocks, repository } from './markdown.ts';

const run = promisify(execFile);
const [start = '', curl = '', commands = '', ownProduct = ''] = codeBlocks('README.md', 'sh');
const [denied = '', granted = ''] = codeBlocks('README.md', 'json');
const [edit = ''] = codeBlocks('README.md', 'yaml');

describe('the README', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-readme-'));
    for (const name of ['roles.yaml', 'policies', 'model.conf'])
      await cp(join(repository, name), join(folder, name), { recursive: true });
  });
  after(() => rm(folder, { recursive: true }));

  const rolebook = (line: string): Promise<{ stdout: string; stderr: string }> => {
    const words = line
      .replace(/\s+#.*$/, '')
      .split(/\s+/)
      .slice(2);
    return run(process.execPath, [rolebookProgram, ...words], { cwd: folder });
  };

  it('names scripts that are there', async () => {
    const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    assert.match(start, /^npm ci && npm start .*\nnpm cit .*\n$/);
    assert.containsAllKeys(scripts, ['start', 'test']);
    const contributing = codeBlocks('CONTRIBUTING.md', 'sh').join('');
    for (const [, name = ''] of contributing.matchAll(/npm run (\S+)/g)) assert.property(scripts, name, name);
  });

  describe('lets a newcomer', () => {
    let sidecar: SpawnedSidecar;
    before(async () => (sidecar = await spawnSidecar(folder)));
    after(() => sidecar.stop());

    const ask = async (): Promise<Record<string, unknown>> => {
      const { stdout } = await run('sh', ['-c', curl.replace('8181', String(sidecar.port))]);
      return JSON.parse(stdout) as Record<string, unknown>;
    };

    it('ask, edit a role, and get another answer, just as it shows', async () => {
      const before = JSON.parse(denied) as { decision: boolean; reason: object };
      const after = JSON.parse(granted) as { decision: boolean; reason: object };
      const first = await ask();
      assert.strictEqual(first['decision'], before.decision);
      assert.deepInclude(first['reason'] as object, before.reason);
      const file = join(folder, 'policies/acme/support-emea.yaml');
      const text = await readFile(file, 'utf8');
      const added = /^ {6}- sequence:access$/m.exec(edit)?.[0] ?? '';
      assert.notStrictEqual(added, '');
      await writeFile(file, text.replace('    grants:\n', `    grants:\n${added}\n`));
      let second = await ask();
      for (let tries = 0; tries < 60 && second['revision'] === first['revision']; tries += 1) {
        await sleep(50);
        second = await ask();
      }
      assert.strictEqual(second['decision'], after.decision);
      assert.deepInclude(second['reason'] as object, after.reason);
      await writeFile(file, text);
    }).timeout(30_000);
  });

  it('shows commands that do what they say', async () => {
    const [lint = '', test = '', enforce = ''] = commands.trim().split('\n');
    assert.strictEqual((await rolebook(lint)).stdout, '');
    assert.match((await rolebook(test)).stdout, /\d+ passed, 0 failed\n$/);
    const refused = await rolebook(enforce).then(
      () => undefined,
      (error: unknown) => error as { code: number; stdout: string },
    );
    assert.deepInclude(refused as object, { code: 1 });
    assert.match(String(refused?.stdout), /^deny\n/);
  }).timeout(30_000);

  it("begins a policy of one's own", async () => {
    const lines = ownProduct.trim().split('\n');
    assert.lengthOf(lines, 4);
    for (const line of lines.slice(0, 3)) await rolebook(line);
    assert.match(String(lines[3]), / serve --policy access --listen 127\.0\.0\.1:8282$/);
    const sidecar = await spawnSidecar(join(folder, 'access'));
    assert.strictEqual(await sidecar.stop(), 0);
  }).timeout(30_000);
});
