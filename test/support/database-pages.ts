import { assert } from 'chai';
import { createWriteFaultLog } from '../../src/http/logging/write-fault-log.ts';
import { createLog } from '../../src/http/logging/log.ts';
import { describeHealth } from '../../src/http/status/policy-document.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { Fleet, type SidecarHealth } from '../../src/store/database/following/fleet.ts';
import { LiveDatabase } from '../../src/store/database/following/live-database.ts';
import { publish } from './database-sidecar.ts';
import { databaseDeskInThisProcess } from './desks-here.ts';
import { MemoryStream } from './memory-stream.ts';
import type { PagesSetup } from './running-pages.ts';
import { testDatabases } from './test-databases.ts';

/** A policy in a database of its own, for a sidecar with pages. */
export interface DatabasePages {
  readonly setup: PagesSetup;
  readonly close: () => Promise<void>;
}

/** Publishes files to a new SQLite and follows it. Each of the others is a sidecar of the same database, by its name. */
export async function openDatabasePages(
  files: Readonly<Record<string, string>>,
  others: Readonly<Record<string, (well: SidecarHealth) => SidecarHealth>> = {},
): Promise<DatabasePages> {
  const kind = testDatabases.find((one) => one.kind === 'sqlite') ?? assert.fail('there is no SQLite');
  const databases = await kind.open();
  const text = await databases.create();
  await publish(text, Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith('.test.yaml'))));
  const url = new DatabaseUrl(text, '--database');
  const live = new LiveDatabase(url, { cwd: '/' });
  await live.start();
  const desk = databaseDeskInThisProcess(url, live);
  const faults = createWriteFaultLog(createLog({ level: 'info', stream: new MemoryStream(), format: 'json' }));
  const sidecarNamed = (id: string, index: number, describe: () => SidecarHealth): Fleet => {
    const startedAt = new Date(Date.now() - 1000 + index);
    return new Fleet(
      live.connection,
      { id, host: id, pid: 4711 + index, version: '0.1.0', startedAt },
      describe,
      faults,
    );
  };
  const fleet = sidecarNamed('eu-1', 0, () => describeHealth(live));
  const all = Object.entries(others).map(([id, tell], index) =>
    sidecarNamed(id, index + 1, () => tell(describeHealth(live))),
  );
  for (const one of [fleet, ...all]) one.start();
  const close = async (): Promise<void> => {
    for (const one of [fleet, ...all]) await one.close();
    await desk.close();
    await live.close();
    await databases.dispose();
  };
  return { setup: { live, database: live, fleet, changes: desk, isChanged: false }, close };
}
