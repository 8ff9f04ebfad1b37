import { assert } from 'chai';
import { proposalPage } from '../../../src/store/pushing/proposal-page.ts';

const branch = 'refs/heads/rolebook/support/role-change-writer-0a1b2c3d';
const main = 'refs/heads/main';

describe('the page of a proposal', () => {
  it('is the one of the git server where a request is opened, whichever way it is spoken to', () => {
    const path = 'rolebook/support/role-change-writer-0a1b2c3d';
    const query = encodeURIComponent(path);
    const pages: readonly [url: string, page: string][] = [
      ['https://github.com/acme/access.git', `https://github.com/acme/access/compare/main...${path}?expand=1`],
      ['git@github.com:acme/access.git', `https://github.com/acme/access/compare/main...${path}?expand=1`],
      [
        'ssh://git@github.acme.example:2222/acme/access',
        `https://github.acme.example/acme/access/compare/main...${path}?expand=1`,
      ],
      [
        'https://gitlab.com/acme/team/access.git/',
        `https://gitlab.com/acme/team/access/-/merge_requests/new?merge_request%5Bsource_branch%5D=${query}&merge_request%5Btarget_branch%5D=main`,
      ],
      ['http://gitea.local:3000/acme/access.git', `http://gitea.local:3000/acme/access/compare/main...${path}`],
      ['git@codeberg.org:acme/access.git', `https://codeberg.org/acme/access/compare/main...${path}`],
      [
        'https://bitbucket.org/acme/access.git',
        `https://bitbucket.org/acme/access/pull-requests/new?source=${query}&dest=main`,
      ],
    ];
    for (const [url, page] of pages) assert.equal(proposalPage({ url }, branch, main), page, url);
  });

  it('has a branch with signs in it as a path and a query have them', () => {
    const page = proposalPage({ url: 'https://github.com/a/b' }, branch, 'refs/heads/release/1#2&x');
    assert.include(page, '/compare/release/1%232%26x...');
  });

  it('is none where nobody knows what the pages of that server are called', () => {
    const unknown = [
      'https://git.acme.example/access.git',
      'https://mygithub.example/acme/access',
      'https://github.com/',
      'https://bitbucket.acme.example/scm/a/b.git',
      'git://github.com/acme/access.git',
      'file:///srv/github/access.git',
      'nowhere',
      '',
    ];
    for (const url of unknown) assert.isUndefined(proposalPage({ url }, branch, main), url);
  });
});
