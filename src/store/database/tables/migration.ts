import type { EntityManager } from 'typeorm';
import type { DatabaseKind } from '../database-url.ts';

/** A step of the tables' form. Once released it is never changed: what must change comes as another step. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly statements: Readonly<Record<DatabaseKind, readonly string[]>>;
  /** What no statement can do, after them, in the same transaction. */
  readonly run?: (manager: EntityManager) => Promise<void>;
}
