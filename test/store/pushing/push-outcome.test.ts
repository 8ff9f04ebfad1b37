import { assert } from 'chai';
import { readPushOutcome, whatServerSaid } from '../../../src/store/pushing/push-outcome.ts';

const ref = 'a1:refs/heads/main';

function outcome(line: string, exitCode = 1, stderr = ''): ReturnType<typeof readPushOutcome> {
  return readPushOutcome({ exitCode, stdout: `To https://git.acme.example/a.git\n${line}\nDone\n`, stderr });
}

describe('what git says of a push', () => {
  it('is that it is done, where it says so and ends well', () => {
    for (const flag of [' ', '*', '=']) assert.equal(outcome(`${flag}\t${ref}\ta..b`, 0).kind, 'done', flag);
    assert.equal(outcome(` \t${ref}\ta..b`, 128).kind, 'unknown');
  });

  it('is that somebody else was quicker, before it sends or when the server comes to it', () => {
    const said = [
      '[rejected] (fetch first)',
      '[rejected] (non-fast-forward)',
      '[rejected] (stale info)',
      '[remote rejected] (failed to update ref)',
      '[remote rejected] (cannot lock ref ‘refs/heads/main’: is at a but expected b)',
      '[remote rejected] (incorrect old value provided)',
    ];
    for (const text of said) assert.equal(outcome(`!\t${ref}\t${text}`).kind, 'moved', text);
  });

  it('is why the server does not want it: its own first line, else the reason', () => {
    const stderr =
      'remote: Counting objects: 3, done.\nremote: \nremote: error: GH013: Rules were violated\nremote: more\n';
    const line = `!\t${ref}\t[remote rejected] (push declined due to repository rule violations)`;
    assert.deepEqual(outcome(line, 1, stderr), { kind: 'refused', why: 'GH013: Rules were violated' });
    assert.deepEqual(outcome(line), { kind: 'refused', why: 'push declined due to repository rule violations' });
    assert.equal(outcome(`!\t${ref}\t[remote rejected] (pre-receive hook declined)`).kind, 'refused');
  });

  it('is not known where it was cut, be it that nothing else went wrong', () => {
    const cut = ['', `!\t${ref}\t[remote failure] (remote failed to report status)`, 'Everything up-to-date'];
    for (const line of cut) {
      assert.equal(outcome(line, 1, 'error: RPC failed; curl 56').kind, 'unknown', line);
      assert.equal(outcome(line, 0).kind, 'unknown', line);
    }
  });

  it('is that no push options are taken', () => {
    const stderr = 'fatal: the receiving end does not support push options\n';
    assert.equal(readPushOutcome({ exitCode: 128, stdout: '', stderr }).kind, 'without-options');
  });

  it('is one line of a server, without hidden characters, and not long', () => {
    assert.equal(whatServerSaid(`remote: \u001b[1mNo\u202e!\u0007${'x'.repeat(500)}`)?.length, 200);
    assert.equal(whatServerSaid('remote: ---\nremote:\tNo\r\nremote: more'), 'No');
    assert.isUndefined(whatServerSaid('fatal: No\nremote: Resolving deltas: 100%\n'));
  });
});
