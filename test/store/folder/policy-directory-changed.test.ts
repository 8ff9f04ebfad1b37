import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

const changed = (...paths: string[]): ReadonlySet<string> => new Set(paths);

describe('reading only what changed', () => {
  let folder: PolicyFolder;
  let directory: PolicyDirectory;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    directory = new PolicyDirectory(folder.root);
    await directory.read('deciding');
  });
  afterEach(() => folder.dispose());

  const texts = async (paths: ReadonlySet<string> | 'anything'): Promise<Record<string, string>> => {
    const files = await directory.read('deciding', paths);
    return Object.fromEntries(
      files.map((file) => [file.path, 'fault' in file ? file.fault : Buffer.from(file.content).toString()]),
    );
  };

  it('reads a file that was named, and keeps the others as the same objects', async () => {
    const before = await directory.read('deciding');
    await folder.write('policies/support.yaml', 'workspace: support\n');
    const after = await directory.read('deciding', changed('policies/support.yaml'));
    assert.lengthOf(
      after.filter((file) => before.includes(file)),
      before.length - 1,
    );
    assert.strictEqual(
      (await texts(changed('policies/support.yaml')))['policies/support.yaml'],
      'workspace: support\n',
    );
  });

  it('gives the very same list when what was named did not change', async () => {
    const before = await directory.read('deciding');
    assert.strictEqual(await directory.read('deciding', changed('policies/support.yaml')), before);
    assert.strictEqual(await directory.read('deciding', changed('policies/support.yaml.swp', 'policies/4913')), before);
    assert.strictEqual(await directory.read('deciding', changed()), before);
  });

  it('sees a file that was named and is new', async () => {
    await folder.write('policies/new.yaml', 'workspace: new\n');
    assert.property(await texts(changed('policies/new.yaml')), 'policies/new.yaml');
  });

  it('sees what is in a folder that was named and is new', async () => {
    await folder.write('policies/team/new.yaml', 'workspace: new\n');
    assert.property(await texts(changed('policies/team')), 'policies/team/new.yaml');
  });

  it('sees that a file that was named is gone', async () => {
    await folder.remove('policies/support.yaml');
    assert.notProperty(await texts(changed('policies/support.yaml')), 'policies/support.yaml');
  });

  it('sees that what was in a folder that was named is gone, and takes no other name for it', async () => {
    for (const path of ['policies/team/a.yaml', 'policies/team/deep/b.yaml', 'policies/teams/c.yaml'])
      await folder.write(path, 'workspace: new\n');
    await texts('anything');
    await folder.remove('policies/team/deep');
    assert.notProperty(await texts(changed('policies/team/deep')), 'policies/team/deep/b.yaml');
    await folder.remove('policies/team');
    assert.notProperty(await texts(changed('policies/team')), 'policies/team/a.yaml');
    const before = await directory.read('deciding');
    await folder.remove('policies/teams/c.yaml');
    assert.strictEqual(await directory.read('deciding', changed('policies/team', 'policies/tea')), before);
  });

  it('tells that a file that was named is a folder now', async () => {
    await folder.remove('policies/support.yaml');
    await folder.write('policies/support.yaml/inner.yaml', 'workspace: inner\n');
    assert.property(await texts(changed('policies/support.yaml')), 'policies/support.yaml/inner.yaml');
  });

  it('finds a change that nobody named when everything is looked at', async () => {
    await folder.write('policies/support.yaml', 'workspace: support # quietly\n');
    assert.include((await texts('anything'))['policies/support.yaml'] as string, 'quietly');
  });

  it('looks at everything after the folder could not be read', async () => {
    await folder.remove('policies');
    assert.propertyVal(await texts('anything'), 'policies', 'is missing');
    await folder.write('policies/other.yaml', 'workspace: other\n');
    assert.property(await texts(changed('policies/other.yaml')), 'policies/other.yaml');
  });
});

describe('looking for changes, beside who reads', () => {
  let folder: PolicyFolder;
  let directory: PolicyDirectory;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    directory = new PolicyDirectory(folder.root);
    await directory.read('deciding');
    // A file that was read within a moment of its writing counts as changed, because it could have been written again.
    await pause(150);
    await directory.read('deciding');
  });
  afterEach(() => folder.dispose());

  const find = async (): Promise<string[] | 'anything'> => {
    const found = await directory.findChanged('deciding');
    return found === 'anything' ? found : [...found];
  };

  it('finds nothing where nothing happened', async () => {
    assert.deepEqual(await find(), []);
  });

  it('names the file that was written, until it was read', async () => {
    await folder.write('policies/support.yaml', 'workspace: support\n');
    assert.deepEqual(await find(), ['policies/support.yaml']);
    assert.deepEqual(await find(), ['policies/support.yaml']);
    await pause(150);
    await directory.read('deciding', changed('policies/support.yaml'));
    assert.deepEqual(await find(), []);
  });

  it('finds a file that was read in the moment of its writing, for it may have been written twice', async () => {
    await folder.write('policies/support.yaml', 'workspace: support\n');
    await directory.read('deciding', changed('policies/support.yaml'));
    assert.deepEqual(await find(), ['policies/support.yaml']);
  });

  it('cannot name what came or went', async () => {
    await folder.write('policies/new.yaml', 'workspace: new\n');
    assert.strictEqual(await find(), 'anything');
    await directory.read('deciding');
    await folder.remove('policies/support.yaml');
    assert.strictEqual(await find(), 'anything');
    await folder.write('policies/other.yaml', 'workspace: other\n');
    assert.strictEqual(await find(), 'anything');
  });

  it('cannot name anything before the first reading, or what is not a file any more', async () => {
    assert.strictEqual(await new PolicyDirectory(folder.root).findChanged('deciding'), 'anything');
    await folder.remove('policies/support.yaml');
    await folder.write('policies/support.yaml/inner.txt', '');
    assert.strictEqual(await find(), 'anything');
    await directory.read('deciding');
    assert.deepEqual(await find(), []);
  });

  it('fails as reading does when the directory is gone', async () => {
    await folder.remove('.');
    const error: unknown = await directory.findChanged('deciding').catch((caught: unknown) => caught);
    assert.include((error as Error).message, 'does not exist');
  });

  it('sees every file of a folder that is too large to be listed at once', async () => {
    const name = (index: number): string => `policies/large/${'a-name-of-some-length-'.repeat(5)}${index}.yaml`;
    for (let index = 0; index < 1200; index += 1) await folder.write(name(index), `workspace: w${index}\n`);
    const files = await directory.read('deciding');
    assert.lengthOf(files, 1200 + Object.keys(smallPolicy()).length);
    assert.includeMembers(
      files.map((file) => file.path),
      [name(0), name(1199)],
    );
    await pause(150);
    await directory.read('deciding');
    await folder.write(name(700), 'workspace: other\n');
    assert.deepEqual(await find(), [name(700)]);
  });
});
