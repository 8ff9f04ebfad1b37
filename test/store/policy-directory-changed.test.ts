import { expect } from 'chai';
import { PolicyDirectory } from '../../src/store/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../support/policy-folder.ts';

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
    expect(after.filter((file) => before.includes(file))).to.have.length(before.length - 1);
    expect((await texts(changed('policies/support.yaml')))['policies/support.yaml']).to.equal('workspace: support\n');
  });

  it('gives the very same list when what was named did not change', async () => {
    const before = await directory.read('deciding');
    expect(await directory.read('deciding', changed('policies/support.yaml'))).to.equal(before);
    expect(await directory.read('deciding', changed('policies/support.yaml.swp', 'policies/4913'))).to.equal(before);
    expect(await directory.read('deciding', changed())).to.equal(before);
  });

  it('sees a file that was named and is new', async () => {
    await folder.write('policies/new.yaml', 'workspace: new\n');
    expect(await texts(changed('policies/new.yaml'))).to.have.property('policies/new.yaml');
  });

  it('sees what is in a folder that was named and is new', async () => {
    await folder.write('policies/team/new.yaml', 'workspace: new\n');
    expect(await texts(changed('policies/team'))).to.have.property('policies/team/new.yaml');
  });

  it('sees that a file that was named is gone', async () => {
    await folder.remove('policies/support.yaml');
    expect(await texts(changed('policies/support.yaml'))).not.to.have.property('policies/support.yaml');
  });

  it('tells that a file that was named is a folder now', async () => {
    await folder.remove('policies/support.yaml');
    await folder.write('policies/support.yaml/inner.yaml', 'workspace: inner\n');
    expect(await texts(changed('policies/support.yaml'))).to.have.property('policies/support.yaml/inner.yaml');
  });

  it('finds a change that nobody named when everything is looked at', async () => {
    await folder.write('policies/support.yaml', 'workspace: support # quietly\n');
    expect((await texts('anything'))['policies/support.yaml']).to.contain('quietly');
  });

  it('looks at everything after the folder could not be read', async () => {
    await folder.remove('policies');
    expect(await texts('anything')).to.have.property('policies', 'is missing');
    await folder.write('policies/other.yaml', 'workspace: other\n');
    expect(await texts(changed('policies/other.yaml'))).to.have.property('policies/other.yaml');
  });
});
