import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { keepCache, keptIn, openCache } from '../../../src/cli/serve/serve-cache.ts';
import { createSchemaCheck } from '../../../src/compile/schema/json-schema.ts';
import { AccessControl } from '../../../src/http/access/access-control.ts';
import { parseListenAddress } from '../../../src/http/access/listen-address.ts';
import { createLog } from '../../../src/http/logging/log.ts';
import { openApiDocument } from '../../../src/http/sidecar-listener.ts';
import { type Sidecar, startSidecar } from '../../../src/http/sidecar.ts';
import { Staleness } from '../../../src/store/live/staleness.ts';
import type { CacheKeeper } from '../../../src/store/database/cache/cache-keeper.ts';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { LiveDatabase } from '../../../src/store/database/following/live-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { publish } from '../../support/database-sidecar.ts';
import { MemoryStream } from '../../support/memory-stream.ts';
import { send } from '../../support/running-sidecar.ts';

interface Part {
  readonly live: LiveDatabase;
  readonly keeper: CacheKeeper;
  readonly sidecar: Sidecar;
}

describe('what a sidecar says of an outage', () => {
  let folder: string;
  const open: Part[] = [];
  const clock = { aheadMs: 0 };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-documents-'));
    await publish(`sqlite:${join(folder, 'a.db')}`, smallPolicy());
  });
  const closeAll = async (): Promise<void> => {
    for (const { live, keeper, sidecar } of open.splice(0)) {
      await sidecar.stop();
      await keeper.close();
      await live.close();
    }
  };
  after(async () => {
    await closeAll();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<Part> => {
    const url = new DatabaseUrl(`sqlite:${join(folder, 'a.db')}`, '--database');
    const log = createLog({ level: 'info', stream: new MemoryStream(), format: 'json' });
    const now = (): number => Date.now() + clock.aheadMs;
    const staleness = new Staleness({ maxMs: 3_600_000, rule: { deny: ['tag:*'] } }, { now });
    const listen = parseListenAddress('127.0.0.1:0');
    const access = await AccessControl.open({ listen, unauthenticated: 'refuse' });
    const cache = await openCache('cache', url, { cwd: folder, log });
    const live: LiveDatabase = new LiveDatabase(url, {
      cwd: folder,
      kept: keptIn(cache, staleness, log),
      onLook: (found) => sidecar.noteCheck(found, found.at.getTime()),
    });
    const keeper = keepCache(cache, live, log);
    const sidecar = await startSidecar({ live, database: live, cache: keeper, staleness, listen, access, log, now });
    await live.start();
    const part = { live, keeper, sidecar };
    open.push(part);
    return part;
  };
  const described = async ({ sidecar }: Part, path: string, name: string, body?: object): Promise<unknown> => {
    const reply = await send(sidecar.address, path, body === undefined ? {} : { method: 'POST', body });
    assert.strictEqual(reply.status, 200, reply.text);
    assert.deepEqual(createCheck(name)(reply.json), [], `${path}: ${reply.text}`);
    return reply.json;
  };

  it('is what its OpenAPI document says, before, meanwhile and beyond the limit', async () => {
    const well = await start();
    await waitFor('the cache', () => well.keeper.report.sequence === 1);
    assert.include((await described(well, '/readyz', 'Ready')) as object, { isStale: false, isFromCache: false });
    const policy = await described(well, '/v1/policy', 'Policy');
    assert.nestedInclude(policy, {
      'cache.sequence': 1,
      'cache.keptBy': 'this',
      'maxStaleness.isBeyond': false,
    });
    await closeAll();

    for (const ending of ['', '-wal', '-shm']) await rm(join(folder, `a.db${ending}`), { force: true });
    const down = await start();
    const meanwhile = { isStale: true, isFromCache: true, isBeyondMaxStaleness: false };
    assert.include((await described(down, '/readyz', 'Ready')) as object, meanwhile);
    assert.nestedInclude(await described(down, '/v1/policy', 'Policy'), {
      'cache.sequence': null,
      'source.isFromCache': true,
      'maxStaleness.whenStale': 'deny:tag:*',
    });
    const ask = (permission: string): object => ({ subject: 'ana@acme.example', workspace: 'support', permission });
    const enforce = (permission: string): Promise<unknown> =>
      described(down, '/v1/enforce?explain', 'EnforceAnswer', ask(permission));
    assert.nestedInclude(await enforce('tag:create'), { decision: true, 'reason.code': 'granted' });

    clock.aheadMs = 7_200_000;
    assert.include((await described(down, '/readyz', 'Ready')) as object, { ...meanwhile, isBeyondMaxStaleness: true });
    assert.nestedInclude(await enforce('tag:create'), { decision: false, 'reason.code': 'stale-policy' });
    const goesOn = await enforce('comment:send');
    assert.nestedInclude(goesOn, { decision: true, 'reason.code': 'granted' });
    assert.nestedProperty(goesOn, 'reason.staleSince');
    const metrics = (await send(down.sidecar.address, '/metrics', {})).text.split('\n');
    assert.includeMembers(metrics, [
      'rolebook_policy_from_cache 1',
      'rolebook_policy_beyond_max_staleness 1',
      'rolebook_stale_denials_total 1',
      'rolebook_cache_failing 0',
      'rolebook_policy_stale 1',
    ]);
  });
});

function createCheck(name: string): (value: unknown) => readonly unknown[] {
  const whole = { $ref: `#/$defs/${name}`, $defs: openApiDocument.components.schemas };
  const text = JSON.stringify(whole, (key, value: unknown) => (key === 'format' ? undefined : value));
  return createSchemaCheck(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object);
}
