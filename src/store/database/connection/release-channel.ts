import type { EntityManager } from 'typeorm';
import type { DatabaseKind } from '../database-url.ts';

/** What PostgreSQL calls the news by: who publishes or changes a membership sends them, and sidecars listen. */
export const releaseChannel = 'rolebook_release';

/** They are sent when the transaction is kept, and not before. */
export async function tellNews(manager: EntityManager, kind: DatabaseKind): Promise<void> {
  if (kind === 'postgres') await manager.query(`NOTIFY ${releaseChannel}`);
}
