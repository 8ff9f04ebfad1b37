import { assert } from 'chai';
import { createServer } from 'node:net';
import { RolebookError } from '../../../src/policy/errors.ts';
import { acceptConnections } from '../../../src/http/workers/accepted-connection.ts';

describe('the hook that connections are accepted by', () => {
  it('is asked for aloud where it is missing, with a way out', () => {
    try {
      acceptConnections(createServer(), () => assert.fail('nobody is accepted'));
    } catch (error) {
      assert.instanceOf(error, RolebookError);
      assert.match(error.message, /^Node v\d+\S* does not let connections be dealt out to workers$/);
      assert.deepInclude(error, { code: 'unavailable', help: 'serve without `--workers`, or with Node 20' });
      return;
    }
    assert.fail('it was not missed');
  });
});
