import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseKind } from '../../src/store/database/database-url.ts';
import { postgresServer } from './postgres-server.ts';

/** What a test of both databases needs to know about one of them. */
export interface TestDatabases {
  readonly kind: DatabaseKind;
  /** The URL of a new, empty database. */
  readonly create: () => Promise<string>;
  readonly dispose: () => Promise<void>;
}

/** SQLite in a folder of its own, and a real PostgreSQL. */
export const testDatabases: readonly { readonly kind: DatabaseKind; readonly open: () => Promise<TestDatabases> }[] = [
  {
    kind: 'sqlite',
    open: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'rolebook-sqlite-'));
      let created = 0;
      return {
        kind: 'sqlite',
        create: () => {
          created += 1;
          return Promise.resolve(`sqlite:${join(folder, `${created}.db`)}`);
        },
        dispose: () => rm(folder, { recursive: true, force: true }),
      };
    },
  },
  {
    kind: 'postgres',
    open: async () => {
      const server = await postgresServer();
      return { kind: 'postgres', create: () => server.createDatabase(), dispose: () => Promise.resolve() };
    },
  },
];
