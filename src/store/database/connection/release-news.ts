import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseUrl, DatabaseKind } from '../database-url.ts';

/** `news`: something was published, or may have been; `poll`: it is time to look. */
export type NewsTrigger = 'news' | 'poll';

/**
 * A sign to look for another release. PostgreSQL tells it at once, over a connection of its own that is made again
 * whenever it is lost; a clock is the net below, and all that SQLite has.
 */
export class ReleaseNews {
  readonly #onEvent: (event: NewsTrigger) => void;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #socket: Socket | undefined;

  constructor(
    url: DatabaseUrl,
    onEvent: (event: NewsTrigger) => void,
    pollMs: number = limits.databasePollMs[url.kind],
  ) {
    this.#onEvent = onEvent;
    this.#timer = setInterval(() => onEvent('poll'), pollMs);
    this.#timer.unref();
    if (url.kind === 'postgres') void this.#keepListening(url);
  }

  close(): void {
    this.#closing.abort();
    clearInterval(this.#timer);
    this.#socket?.destroy();
  }

  async #keepListening(url: DatabaseUrl): Promise<void> {
    const { signal } = this.#closing;
    // Who has SQLite has no such package.
    const pg = await import('pg');
    let pauseMs: number = limits.databasePauseMs.first;
    while (!signal.aborted) {
      const wasWell = await this.#listen(url, pg.Client);
      pauseMs = wasWell ? limits.databasePauseMs.first : Math.min(pauseMs * 2, limits.databasePauseMs.longest);
      await pause(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  // Until the connection is lost. Answers whether it was there at all.
  async #listen(url: DatabaseUrl, PgClient: typeof Client): Promise<boolean> {
    const socket = new Socket();
    this.#socket = socket;
    const client = new PgClient({
      connectionString: url.reveal(),
      application_name: 'rolebook news',
      connectionTimeoutMillis: limits.databaseConnectMs,
      query_timeout: limits.databaseConnectMs,
      keepAlive: true,
      stream: () => socket,
    });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
    });
    client.on('notification', () => this.#onEvent('news'));
    try {
      await client.connect();
      await client.query(`LISTEN ${releaseChannel}`);
      // Something may have been published while nobody listened.
      this.#onEvent('news');
      await lost;
      return true;
    } catch {
      // The clock goes on, and who looks then is told what is wrong.
      return false;
    } finally {
      socket.destroy();
    }
  }
}

/** What PostgreSQL calls the news by: who publishes or changes a membership sends them, and sidecars listen. */
export const releaseChannel = 'rolebook_release';

/** They are sent when the transaction is kept, and not before. */
export async function tellNews(manager: EntityManager, kind: DatabaseKind): Promise<void> {
  if (kind === 'postgres') await manager.query(`NOTIFY ${releaseChannel}`);
}
