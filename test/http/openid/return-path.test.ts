import { assert } from 'chai';
import { parseReturnPath } from '../../../src/http/openid/return-path.ts';

describe('the page to come back to', () => {
  it('is a path of the pages, as it is written', () => {
    for (const path of ['/console', '/console/', '/console/workspaces/a%20b/roles?search=x&a=%2F', '/console?x=//y']) {
      assert.strictEqual(parseReturnPath(path), path);
    }
  });

  it('is nothing that a browser could read as another place', () => {
    const wrong = ['', '/', 'console', '/consoles', '/v1', '//console', '/\\console', '///console', 'http:/console'];
    const hidden = [
      '/console/..',
      '/console/../v1',
      '/console/./x',
      '/console\\..\\x',
      '/console/%2e%2e/x',
      '/console\n',
    ];
    const odd = [
      '/console#x',
      ' /console',
      '/console ',
      '/console\u0000',
      '/console/ä',
      'https://x/console',
      '@x/console',
    ];
    for (const path of [...wrong, ...hidden, ...odd]) assert.isUndefined(parseReturnPath(path), JSON.stringify(path));
  });
});
