import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../../src/policy/errors.ts';
import type { ChangeRefusal } from '../../../../src/store/changes/asked-change.ts';
import { FolderChanges } from '../../../../src/store/changes/folder/folder-changes.ts';
import { createPolicyFolder } from '../../../support/policy-folder.ts';
import {
  allow,
  ask,
  committedFiles,
  createCommittedPolicy,
  file,
  madeBy,
  open,
  refusalOf,
  support,
  type CommittedPolicy,
} from './committed-policy.ts';

describe('a change that cannot be committed', () => {
  let policy: CommittedPolicy;
  let git: CommittedPolicy['repository']['git'];
  beforeEach(async () => {
    policy = await createCommittedPolicy();
    ({ git } = policy.repository);
  });
  afterEach(() => policy.repository.dispose());

  const at = (path: string): string => join(policy.repository.root, path);
  const put = (path: string, text: string): void => writeFileSync(at(path), text);

  /** Asks for it, and holds that nothing came of it. */
  const refusedOf = async (edits = [allow]): Promise<ChangeRefusal> => {
    const before = [git('rev-parse', '--verify', 'HEAD'), policy.status(), git('ls-files', '--stage', file)];
    const refusal = refusalOf(await policy.changes.ask(ask(edits)));
    const preview = await policy.changes.ask(ask(edits, { isPreview: true }));
    assert.deepEqual(refusalOf(preview), refusal);
    assert.isDefined(preview.kind === 'refused' ? preview.data?.effect : undefined);
    assert.include(refusal.message, 'nothing was written');
    assert.isString(refusal.help);
    assert.deepEqual([git('rev-parse', '--verify', 'HEAD'), policy.status(), git('ls-files', '--stage', file)], before);
    return refusal;
  };

  describe('because its file', () => {
    const more = `${support}  dan: member\n`;
    const dirty: Record<string, [told: string, make: () => void]> = {
      'is changed on disk': ['has changes that are not committed', () => put(file, more)],
      'is changed and staged': [
        'has staged changes',
        () => {
          put(file, more);
          git('add', file);
        },
      ],
      'is changed and staged, and as it was on disk': [
        'has staged changes',
        () => {
          put(file, more);
          git('add', file);
          put(file, support);
        },
      ],
      'is no more in the index': ['has staged changes', () => git('rm', '--quiet', '--cached', file)],
      'has become a program': ['has changes that are not committed', () => chmodSync(at(file), 0o755)],
      'was never committed': [
        'is not committed yet',
        () => {
          renameSync(at(file), at('access/policies/other.yaml'));
          git('rm', '--quiet', '--cached', file);
          git('commit', '--quiet', '--message', 'gone');
        },
      ],
      'is to be committed for the first time': [
        'has staged changes',
        () => {
          git('rm', '--quiet', '--cached', file);
          git('commit', '--quiet', '--message', 'gone');
          git('add', '--intent-to-add', file);
        },
      ],
    };
    for (const [what, [told, make]] of Object.entries(dirty)) {
      it(`${what}: it is told with its name and what to do`, async () => {
        make();
        const refusal = await refusedOf();
        assert.deepInclude(refusal, { kind: 'conflict', code: 'dirty' });
        assert.match(refusal.message, /^`policies\/(support|other)\.yaml` /);
        assert.include(refusal.message, told);
      });
    }

    it('would be a new one that git ignores, or had, and that somebody has deleted or staged', async () => {
      put('.gitignore', 'mail.yaml\n');
      const ignored = await refusedOf([open]);
      assert.deepInclude(ignored, { kind: 'conflict', code: 'not-in-git' });
      assert.include(ignored.message, 'git ignores `access/policies/mail.yaml`');
      rmSync(at('.gitignore'));
      put('access/policies/mail.yaml', 'workspace: mail\n');
      git('add', 'access/policies/mail.yaml');
      rmSync(at('access/policies/mail.yaml'));
      assert.include((await refusedOf([open])).message, 'has staged changes');
      git('commit', '--quiet', '--message', 'mail');
      assert.include((await refusedOf([open])).message, 'was deleted and not committed');
    });

    it('is a link to another, which would be no part of the log', async () => {
      renameSync(at(file), at('access/kept.yaml'));
      symlinkSync('../kept.yaml', at(file));
      policy.repository.commit('link');
      const refusal = await refusedOf();
      assert.equal(refusal.code, 'not-in-git');
      assert.include(refusal.message, '`policies/support.yaml` is reached by a symbolic link');
    });

    it('lies in another repository or in a submodule', async () => {
      put('access/policies/acme', '');
      rmSync(at('access/policies/acme'));
      mkdirSync(at('access/policies/acme'));
      put('access/policies/acme/mail.yaml', 'workspace: mail\nmembers: { ana@acme.example: admin }\n');
      git('-C', 'access/policies/acme', 'init', '--quiet');
      const edit = { edit: 'member.set', workspace: 'mail', subject: 'bo', roles: [{ role: 'admin' }] } as const;
      const nested = await refusedOf([edit]);
      assert.deepInclude(nested, { kind: 'conflict', code: 'not-in-git' });
      assert.include(nested.message, 'lies in another repository');
      rmSync(at('access/policies/acme/.git'), { recursive: true });
      const head = git('rev-parse', 'HEAD');
      git('update-index', '--add', '--cacheinfo', `160000,${head},access/policies/acme`);
      git('commit', '--quiet', '--message', 'submodule');
      const submodule = await refusedOf([edit]);
      assert.include(submodule.message, '`access/policies/acme` is a submodule');
    });

    for (const [attribute, told] of [
      ['filter=x', '`filter`'],
      ['ident', '`ident`'],
      ['working-tree-encoding=UTF-16', '`working-tree-encoding`'],
    ] as const) {
      it(`is stored by git otherwise than it is on disk, by ${attribute}`, async () => {
        put('.gitattributes', `*.yaml ${attribute}\n`);
        git('add', '.gitattributes');
        git('commit', '--quiet', '--message', 'attributes');
        const refusal = await refusedOf();
        assert.equal(refusal.code, 'not-in-git');
        assert.include(refusal.message, told);
      });
    }
  });

  describe('because of what is going on in the repository', () => {
    for (const [name, told] of [
      ['MERGE_HEAD', 'a merge is in progress'],
      ['rebase-merge/', 'a rebase is in progress'],
      ['rebase-apply/', 'is in progress'],
      ['CHERRY_PICK_HEAD', 'a cherry-pick is in progress'],
      ['REVERT_HEAD', 'a revert is in progress'],
      ['BISECT_LOG', 'a bisect is in progress'],
    ] as const) {
      it(`${told.replace('is in', `(${name}) is in`)}: it is refused, and a start is not`, async () => {
        if (name.endsWith('/')) mkdirSync(at(`.git/${name}`));
        else put(`.git/${name}`, `${git('rev-parse', 'HEAD')}\n`);
        await policy.another().prepare();
        const refusal = await refusedOf();
        assert.deepInclude(refusal, { kind: 'conflict', code: 'git-in-progress' });
        assert.include(refusal.message, told);
      });
    }

    it('another git is at work: it is to be tried again, and the lock stays that one’s', async () => {
      put('.git/index.lock', 'x');
      // Readers wait while a lock is fresh.
      const refusal = refusalOf(await policy.changes.ask(ask([allow])));
      assert.deepInclude(refusal, { kind: 'unavailable', code: 'git-busy' });
      assert.include(refusal.message, 'index.lock` is there; nothing was written');
      assert.equal(await policy.read('.git/index.lock'), 'x');
      rmSync(at('.git/index.lock'));
      assert.equal(policy.status(), '');
      madeBy(await policy.changes.ask(ask([allow])));
    });
  });

  describe('in a folder where none ever can is told at the start', () => {
    const failureAt = async (root: string): Promise<RolebookError> => {
      const error: unknown = await new FolderChanges(root, { writing: { kind: 'commit' } }).prepare().then(
        () => assert.fail('it starts'),
        (reason: unknown) => reason,
      );
      return error instanceof RolebookError ? error : assert.fail(String(error));
    };

    it('where no repository is, or a bare one', async () => {
      const folder = await createPolicyFolder(
        Object.fromEntries(Object.entries(committedFiles).map(([path, text]) => [path.replace('access/', ''), text])),
      );
      const told = async (): Promise<string> => {
        const { code, message } = await failureAt(folder.root);
        assert.equal(code, 'configuration');
        return message;
      };
      assert.include(await told(), 'is not in a git repository with a work tree');
      git('init', '--quiet', '--bare', folder.root);
      assert.include(await told(), 'is not in a git repository with a work tree');
      rmSync(join(folder.root, 'HEAD'));
      git('init', '--quiet', folder.root);
      assert.include(await told(), 'has no commit yet');
      git('-C', folder.root, 'config', 'core.bare', 'true');
      assert.include(await told(), 'is bare');
      git('-C', folder.root, 'config', 'core.bare', 'false');
      git('-C', folder.root, 'config', 'core.worktree', policy.repository.root);
      assert.include(await told(), 'is elsewhere');
      await folder.dispose();
    });

    it('where no branch is checked out; and a change is refused when that comes later', async () => {
      git('checkout', '--quiet', '--detach');
      const { code, message, help } = await failureAt(policy.root);
      assert.deepEqual([code, help?.includes('git switch main')], ['configuration', true]);
      assert.include(message, 'HEAD is detached');
      assert.deepInclude(await refusedOf(), { kind: 'conflict', code: 'no-branch' });
    });
  });
});
