import { assert } from 'chai';
import { databaseChangeWorker } from '../../../../src/store/database/changes/database-change-worker.ts';
import { DatabaseChangeDesk } from '../../../../src/store/database/changes/database-change-desk.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { LiveDatabase } from '../../../../src/store/database/following/live-database.ts';
import { parseRevision } from '../../../../src/policy/text/revision-text.ts';
import { onEachDatabase } from '../../../support/opened-databases.ts';
import { builtModule } from '../../../support/built-module.ts';
import { decide, neverMs } from '../../../support/database-fixture.ts';
import {
  allChanges,
  allow,
  asked,
  changedTexts,
  codeOf,
  give,
  idOf,
  publishTexts,
} from '../../../support/changed-database.ts';
import { comesTo } from '../../../support/comes-to.ts';

onEachDatabase('changes through a sidecar of a database', (opened) => {
  const open: { close(): Promise<void> }[] = [];
  const follow = async (pollMs?: number): Promise<LiveDatabase> => {
    const url = new DatabaseUrl(opened().text, '--database');
    const live = new LiveDatabase(url, { cwd: '/', ...(pollMs === undefined ? {} : { pollMs }) });
    open.push(live);
    await live.start();
    return live;
  };
  const deskOf = (live: LiveDatabase): DatabaseChangeDesk => {
    const url = new DatabaseUrl(opened().text, '--database');
    const entry = new URL(builtModule('store/database/changes/database-change-thread'));
    const desk = new DatabaseChangeDesk(live, databaseChangeWorker(url, { cwd: '/' }, entry));
    open.push(desk);
    return desk;
  };
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  const may = (live: LiveDatabase, subject: string, permission: string): boolean =>
    decide(live, subject, permission) === 'granted';

  it('are live there before the answer, in others soon, and the revision serves as one to wait for', async () => {
    await publishTexts(opened().database, changedTexts);
    const [live, other] = [await follow(neverMs), await follow()];
    const desk = deskOf(live);
    await desk.prepare();
    assert.isFalse(may(live, 'bo', 'people:manage'));
    const answer = await desk.ask(asked([allow, give('dee', 'writer')]));
    idOf(answer);
    assert.isTrue(may(live, 'bo', 'people:manage'));
    assert.isTrue(may(live, 'dee', 'people:manage'));
    if (answer.kind !== 'written') return;
    assert.equal(answer.head.revision, live.current?.revision);
    const wanted = parseRevision(answer.head.revision);
    if (!wanted) return assert.fail(answer.head.revision);
    assert.equal(await other.reach(wanted, 5000), 'reached');
    assert.isTrue(may(other, 'bo', 'people:manage'));
    assert.deepEqual((await desk.list(allChanges)).changes, [answer.head]);
    const again = deskOf(other);
    assert.equal(codeOf(await again.ask(asked([give('x', 'nobody')]))), 'unknown-role');
    idOf(await again.ask(asked([give('dee', 'member')])));
    assert.isFalse(may(other, 'dee', 'people:manage'));
    assert.isTrue(await comesTo(other, live.state?.sequence ?? 0, 3000));
  });

  it('say so where nothing was published', async () => {
    const live = new LiveDatabase(new DatabaseUrl(opened().text, '--database'), { cwd: '/' });
    open.push(live);
    const refused: unknown = await deskOf(live)
      .ask(asked([allow]))
      .catch((error: unknown) => error);
    assert.match(String(refused), /nothing was published/);
  });
});
