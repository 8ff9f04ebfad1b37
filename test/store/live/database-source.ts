import { rename, rm } from 'node:fs/promises';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { LiveDatabase } from '../../../src/store/database/following/live-database.ts';
import { Publisher } from '../../support/database-fixture.ts';
import { Gateway } from '../../support/gateway.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import type { Edits, TestedSource } from './source-contract.ts';

/** What can be done to a database as a whole, which differs from one kind to another. */
interface Place {
  /** As who follows it names it. */
  readonly url: DatabaseUrl;
  readonly vanish: () => Promise<void>;
  readonly silence: () => Promise<void>;
  readonly empty: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly replace: (edits: Edits) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** A database that is followed, and all that may happen to one. */
export class DatabaseSource implements TestedSource {
  readonly #place: Place;
  readonly #own: DatabaseUrl;
  #hasRefused = false;
  followed: LiveDatabase;

  constructor(place: Place, own: DatabaseUrl) {
    this.#place = place;
    this.#own = own;
    this.followed = this.#newLive();
  }

  get live(): LiveDatabase {
    return this.followed;
  }

  start = (): Promise<void> => this.followed.start();

  restart = async (): Promise<void> => {
    await this.followed.close();
    this.followed = this.#newLive();
    // Where there is no database at all it ends, and a supervisor starts it again.
    this.#hasRefused = await this.followed.start().then(
      () => false,
      () => true,
    );
  };

  publish = (edits: Edits): Promise<void> => withPublisher(this.#own, (publisher) => publisher.publish(edits));

  /** Whose files give another policy than it says. */
  break = (): Promise<void> =>
    withPublisher(this.#own, (publisher) =>
      publisher.publish(
        { 'policies/sales.yaml': 'workspace: sales\n' },
        `UPDATE rolebook_release SET digest = ${spoilt}`,
      ),
    );

  vanish = (): Promise<void> => this.#place.vanish();

  silence = (): Promise<void> => this.#place.silence();
  empty = (): Promise<void> => this.#place.empty();

  heal = async (): Promise<void> => {
    await this.#place.comeBack();
    await this.publish({});
    if (this.#hasRefused) await this.restart();
  };

  replace = (edits: Edits): Promise<void> => this.#place.replace(edits);

  /** In a transaction that takes its time. */
  slow = async (edits: Edits): Promise<() => Promise<void>> => {
    let finish = (): void => undefined;
    const isAllowed = new Promise<void>((resolve) => (finish = resolve));
    let publishing = Promise.resolve();
    await new Promise<void>((resolve) => {
      publishing = withPublisher(this.#own, (publisher) =>
        publisher.publish(edits, undefined, () => {
          resolve();
          return isAllowed;
        }),
      );
    });
    return () => {
      finish();
      return publishing;
    };
  };

  dispose = async (): Promise<void> => {
    await this.followed.close();
    await this.#place.dispose();
  };

  #newLive(): LiveDatabase {
    return new LiveDatabase(this.#place.url, { cwd: '/', pollMs: 50 });
  }
}

const spoilt = "'0000000000000000000000000000000000000000000000000000000000000000'";

async function withPublisher(url: DatabaseUrl, work: (publisher: Publisher) => Promise<unknown>): Promise<void> {
  const publisher = new Publisher(url);
  try {
    await work(publisher);
  } finally {
    await publisher.close();
  }
}

/** In a file of its own; it answers or is not there, so it cannot be silent. */
export async function createSqliteSource(): Promise<TestedSource> {
  const databases = await openDatabases('sqlite');
  const url = await databases.create();
  const path = url.slice('sqlite:'.length);
  const own = new DatabaseUrl(url, '--database');
  const remove = async (): Promise<void> => {
    // SQLite would apply the journal of the old file to the new one.
    for (const end of ['', '-wal', '-shm']) await rm(`${path}${end}`, { force: true });
  };
  const replaceBy = async (work: (publisher: Publisher) => Promise<unknown>): Promise<void> => {
    const other = await databases.create();
    await withPublisher(new DatabaseUrl(other, '--database'), async (publisher) => {
      await publisher.database;
      await work(publisher);
    });
    await remove();
    await rename(other.slice('sqlite:'.length), path);
  };
  await withPublisher(own, (publisher) => publisher.publish());
  return new DatabaseSource(
    {
      url: own,
      vanish: remove,
      silence: () => Promise.reject(new Error('a file answers or is not there')),
      empty: () => replaceBy(() => Promise.resolve()),
      comeBack: () => Promise.resolve(),
      replace: (edits) => replaceBy((publisher) => publisher.publish(edits)),
      dispose: () => databases.dispose(),
    },
    own,
  );
}

/** Behind a gateway, which may be closed and may fall silent. */
export async function createPostgresSource(): Promise<TestedSource> {
  const server = await postgresServer();
  const text = await server.createDatabase();
  const own = new DatabaseUrl(text, '--database');
  await withPublisher(own, (publisher) => publisher.publish());
  // As from a backup of another time: the history of events lets nobody delete it.
  const startAnew = async (work: (publisher: Publisher) => Promise<unknown>): Promise<void> => {
    await server.query(text, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await withPublisher(own, async (publisher) => {
      await publisher.database;
      await work(publisher);
    });
  };
  let gateway = await Gateway.open(server.port);
  const { port } = gateway;
  return new DatabaseSource(
    {
      url: new DatabaseUrl(text.replace(`:${server.port}/`, `:${port}/`), '--database'),
      vanish: () => Promise.resolve(gateway.close()),
      silence: () => Promise.resolve(gateway.fallSilent()),
      comeBack: async () => {
        gateway.close();
        gateway = await Gateway.open(server.port, port);
      },
      empty: () => startAnew(() => Promise.resolve()),
      replace: (edits) => startAnew((publisher) => publisher.publish(edits)),
      dispose: () => Promise.resolve(gateway.close()),
    },
    own,
  );
}

async function openDatabases(kind: TestDatabases['kind']): Promise<TestDatabases> {
  const found = testDatabases.find((databases) => databases.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found.open();
}
