import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const described = `workspace: sales
roles:
  closer:
    description: |
      Closes deals,
      and nothing else.
    extends: member
    grants: [tag:create]
members: { zoe@acme.example: closer }
`;
const files = { ...smallPolicy(), 'policies/sales.yaml': described };

/** As git lays them on a disk of Windows; of `model.conf` nothing depends on it. */
const onWindows = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]),
);

describe('files with the line ends of Windows', () => {
  let policy: GitPolicy;
  beforeEach(async () => {
    policy = await createGitPolicy(files);
    policy.commit();
  });
  afterEach(() => policy.dispose());
  after(disposeSidecars);

  const rolebook = async (...argv: string[]): Promise<CommandResult> => {
    const result = await runCommand(argv, { cwd: policy.root });
    assert.equal(result.exitCode, 0, result.all);
    return result;
  };
  const turn = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(texts)) await policy.write(path, text);
  };
  const revisionOfEnforce = async (): Promise<unknown> => {
    const argv = ['enforce', 'zoe@acme.example', 'sales', 'tag:create', '--format', 'json'];
    return (JSON.parse((await rolebook(...argv)).stdout) as { revision: unknown }).revision;
  };

  it('have the revision of those without, and compile to the same', async () => {
    const [revision, compiled] = [await revisionOfEnforce(), await rolebook('compile', '--out', 'one')];
    await turn(onWindows);
    assert.equal(await revisionOfEnforce(), revision);
    assert.equal((await rolebook('compile', '--out', 'one')).stdout, compiled.stdout);
    const difference = await rolebook('diff', 'HEAD');
    assert.include(difference.all, 'nobody gains or loses anything');
  });

  it('are published already when those without are, and the other way round', async () => {
    const publish = async (database: string): Promise<string> =>
      (await rolebook('publish', '--database', `sqlite:${database}`, '--author', 'ana')).stdout;
    assert.match(await publish('linux.db'), /^published: /);
    await turn(onWindows);
    assert.match(await publish('linux.db'), /^unchanged: /);
    const published = await publish('windows.db');
    assert.match(published, /^published: /);
    assert.match(await publish('windows.db'), /^unchanged: /);
    await turn(files);
    const unchanged = await publish('windows.db');
    assert.equal(unchanged.split(' ')[2], published.split(' ')[2]);
    assert.match(unchanged, /^unchanged: /);
  });

  it('are no news to a sidecar', async () => {
    const running = await runSidecar({ files });
    const reload = async (): Promise<unknown> => {
      const { json } = await running.call('/v1/policy/reload', { method: 'POST' });
      const { outcome, revision } = json as { outcome: unknown; revision: unknown };
      return { outcome, revision };
    };
    const before = await reload();
    for (const [path, text] of Object.entries(onWindows)) await running.folder.write(path, text);
    assert.deepEqual(await reload(), before);
    await running.dispose();
  });
});
