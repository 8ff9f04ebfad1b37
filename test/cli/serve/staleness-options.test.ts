import { rename } from 'node:fs/promises';
import { assert } from 'chai';
import { parseMaxStaleness, parseWhenStale, stalenessLimit } from '../../../src/cli/serve/staleness-options.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { send } from '../../support/running-sidecar.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';

const minuteMs = 60_000;

describe('--max-staleness and --when-stale', () => {
  const refuses = (work: () => unknown, message: string): void => {
    let caught: unknown;
    try {
      work();
    } catch (error) {
      caught = error;
    }
    assert.instanceOf(caught, RolebookError, message);
    assert.include(caught as object, { code: 'usage', message });
    if (!/empty|needs a value/.test(message)) assert.notStrictEqual(caught.help, undefined, message);
  };

  it('take durations and what is to be denied', () => {
    const durations = ['30s', '10m', '2h', '7d'].map(parseMaxStaleness);
    assert.deepEqual(durations, [30_000, 10 * minuteMs, 120 * minuteMs, 7 * 24 * 60 * minuteMs]);
    assert.deepEqual(['go-on', 'deny-all'].map(parseWhenStale), ['go-on', 'deny-all']);
    const deny = ['conversation:delete', 'teammate:*'];
    assert.deepEqual(parseWhenStale(`deny:${deny.join(',')}`), { deny });
  });

  it('refuse what is no duration, or one that is too short or too long to mean anything', () => {
    for (const wrong of ['10', 'm', '-5m', '1.5h', '10 m', '10min', '1e3s', '5M', '1h30m', '٣s', '9999999999s']) {
      refuses(() => parseMaxStaleness(wrong), `\`--max-staleness\` takes a duration, found \`${wrong}\``);
    }
    for (const wrong of ['0s', '4s', '8d', '169h']) {
      refuses(() => parseMaxStaleness(wrong), `\`--max-staleness\` is from 5s to 7d, found \`${wrong}\``);
    }
    refuses(() => parseMaxStaleness(''), '`--max-staleness` is empty');
    refuses(() => parseMaxStaleness('--workers'), '`--max-staleness` needs a value, found the option `--workers`');
  });

  it('refuse what is no permission: a name that denies nothing would be noticed too late', () => {
    refuses(() => parseWhenStale('deny'), '`--when-stale` cannot be `deny`');
    for (const wrong of ['', '*', 'conversation', 'a:b:c', '*:delete', 'a:b@shared', 'a:b*', ' a:b', ':*']) {
      refuses(() => parseWhenStale(`deny:a:b,${wrong}`), `\`--when-stale\` denies permissions, found \`${wrong}\``);
    }
    refuses(() => stalenessLimit({ whenStale: 'go-on' }), '`--when-stale` needs `--max-staleness`');
  });

  it('deny everything when only the limit is given', () => {
    assert.strictEqual(stalenessLimit({}), undefined);
    const rule = 'deny-all';
    assert.deepEqual(stalenessLimit({ maxStaleness: minuteMs }) as object, { maxMs: minuteMs, rule });
    const limit = stalenessLimit({ maxStaleness: minuteMs, whenStale: 'go-on' });
    assert.deepEqual(limit as object, { maxMs: minuteMs, rule: 'go-on' });
  });

  it('want to be twice as long as the files go unread with nothing wrong', () => {
    const maxStaleness = minuteMs;
    assert.propertyVal(stalenessLimit({ maxStaleness, pollInterval: 30 }), 'maxMs', minuteMs);
    const message = '`--max-staleness` must be at least twice `--poll-interval`';
    refuses(() => stalenessLimit({ maxStaleness, pollInterval: 31 }), message);
  });

  describe('of a sidecar whose folder goes away', () => {
    let folder: PolicyFolder;
    let serving: Serving | undefined;
    beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
    afterEach(async () => {
      serving?.kill();
      await folder.dispose();
    });

    for (const workers of ['1', '2']) {
      it(`deny what they name after a while, and allow it when the folder is back, with --workers ${workers}`, async () => {
        const policy = `${folder.root}/policy`;
        for (const [path, text] of Object.entries(smallPolicy())) await folder.write(`policy/${path}`, text);
        const args = ['--policy', policy, '--listen', '127.0.0.1:0', '--workers', workers, '--poll-interval', '0.2'];
        const stale = ['--max-staleness', '5s', '--when-stale', 'deny:tag:*,tags:create'];
        serving = new Serving([...args, ...stale], folder.root);
        await serving.untilOutput('try:');
        const { address } = serving;
        assert.include(serving.stderr, '`--when-stale` denies `tags:create`, which is no permission of the policy');
        const ask = async (permission: string): Promise<boolean> => {
          const body = { subject: 'ana@acme.example', workspace: 'support', permission };
          const reply = await send(address, '/v1/enforce', { method: 'POST', body });
          return (reply.json as { decision: boolean }).decision;
        };
        assert.deepEqual([await ask('tag:create'), await ask('comment:send')], [true, true]);
        await rename(policy, `${folder.root}/away`);
        await serving.untilOutput('the policy is older than it may be: denied are tag:*, tags:create');
        await waitFor('the denial', async () => !(await ask('tag:create')));
        assert.strictEqual(await ask('comment:send'), true);
        await rename(`${folder.root}/away`, policy);
        await waitFor('the allowance', () => ask('tag:create'));
        await serving.untilOutput('the policy is as old as it may be again');
      });
    }
  });
});
