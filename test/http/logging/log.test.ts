import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from 'chai';
import { createLog } from '../../../src/http/logging/log.ts';
import { createProgressLog, logReloads } from '../../../src/http/logging/reload-log.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

describe('the log', () => {
  after(disposeSidecars);

  it('is JSON for programs and lines for people, from the level that was asked for', () => {
    const [json, lines] = [new MemoryStream(), new MemoryStream()];
    for (const [stream, format] of [
      [json, 'json'],
      [lines, 'lines'],
    ] as const) {
      const log = createLog({ level: 'warn', stream, format });
      log.info('not asked for');
      log.warn({ dropped: 3, note: 'two words' }, 'something happened');
    }
    assert.include(JSON.parse(json.text), { level: 40, dropped: 3, msg: 'something happened' });
    assert.match(lines.text, /^\d\d:\d\d:\d\d warn {2}something happened {2}dropped=3 {2}note="two words"\n$/);
  });

  it('tells how far a long compilation is, once a second, and nothing of a short one', async () => {
    const stream = new MemoryStream();
    const tell = createProgressLog(createLog({ level: 'info', stream, format: 'json' }));
    tell({ done: 10, total: 400 });
    tell({ done: 20, total: 400 });
    assert.strictEqual(stream.text, '');
    await sleep(1010);
    tell({ done: 100, total: 400 });
    tell({ done: 101, total: 400 });
    const lines = stream.text.trim().split('\n');
    assert.lengthOf(lines, 1);
    assert.include(JSON.parse(lines[0] ?? ''), { done: 100, total: 400, msg: 'compiling the policy: 25 %' });
    tell({ done: 1, total: 400 });
    assert.lengthOf(stream.text.trim().split('\n'), 1, 'the next one begins anew');
  });

  it("lets no text of a policy move a person's cursor", () => {
    const stream = new MemoryStream();
    const log = createLog({ level: 'info', stream, format: 'lines' });
    log.info({ help: '\u001b[2J\u009b' }, 'evil \u001b[31m\r\n\u202e');
    assert.notMatch(stream.text, /[\u001b\u009b\u202e\r]/);
    assert.lengthOf(stream.lines, 1);
  });

  it('says of each reload what is live, or where the files are wrong', async () => {
    const running = await runSidecar();
    const stream = new MemoryStream();
    logReloads(running.live, createLog({ level: 'info', stream, format: 'lines' }));
    await running.folder.write('policies/bad.yaml', 'workspace: sales\nmembers: { ana@acme.example: boss }\n');
    await running.live.reload('files');
    assert.match(String(stream.lines[0]), / error policies\/bad\.yaml:2:\d+: .*`boss`.* code=unknown-role/);
    assert.include(stream.lines.at(-1) as string, 'the last good policy stays live');
    await running.folder.write('policies/bad.yaml', 'workspace: sales\nmembers: { ana@acme.example: member }\n');
    await running.live.reload('files');
    const { revision } = running.live.current ?? {};
    const found = stream.lines.at(-1);
    assert.include(found as string, 'the policy was loaded');
    assert.include(found as string, `revision=${revision}`);
    assert.match(String(stream.lines.at(-1)), /ms=\d+ {2}workspaces=2 {2}members=6/);
  });

  it('warns of a policy that it loads where nobody holds what somebody must', async () => {
    const running = await runSidecar();
    const stream = new MemoryStream();
    logReloads(running.live, createLog({ level: 'info', stream, format: 'lines' }));
    const roles = smallPolicy()['roles.yaml'] ?? '';
    const owner = '  owner: { title: Owner, grants: ["*"], spans: organization, holders: "1+" }\ndefaultRole';
    await running.folder.write('roles.yaml', roles.replace('defaultRole', owner));
    await running.live.reload('files');
    assert.include(stream.lines.at(-2) as string, 'the policy was loaded');
    const message = 'nobody holds role `owner` of organization `acme` for good; there must be at least 1';
    assert.include(stream.lines.at(-1) as string, `warn  ${message}`);
    const { missingHolders } = (await running.call('/v1/policy')).json as { missingHolders: object };
    const first = [{ organization: 'acme', role: 'owner', holders: '1+', found: 0 }];
    assert.deepEqual(missingHolders, { count: 1, first });
    assert.include((await running.call('/metrics')).text, 'rolebook_policy_missing_holders 1\n');
  });
});
