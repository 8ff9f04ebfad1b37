import { shortenDigest } from '../../../policy/text/revision-text.ts';
import type { Migration } from './migration.ts';
import { digestOfRelease } from './release-digest.ts';

// Empty: not known. No policy has such a digest, so what has it is taken for no policy.
const statements = [
  "ALTER TABLE rolebook_release ADD COLUMN digest varchar NOT NULL DEFAULT ''",
  "ALTER TABLE rolebook_member ADD COLUMN token varchar NOT NULL DEFAULT ''",
  `UPDATE rolebook_member SET token = coalesce(
    (SELECT token FROM rolebook_event WHERE rolebook_event.sequence = rolebook_member.sequence), '')`,
];

/**
 * Whole digests of what was published, where only twelve digits of each were kept; and in each membership the token of
 * the change that wrote it.
 */
export const digestMigration: Migration = {
  id: 3,
  name: 'digests',
  statements: { postgres: statements, sqlite: statements },
  run: async (manager) => {
    const releases = await manager.query<{ sequence: number; revision: string }[]>(
      'SELECT sequence, revision FROM rolebook_release',
    );
    for (const { sequence, revision } of releases) {
      const digest = await digestOfRelease(manager, sequence);
      // Files that give something else are not what was published, and are found out when somebody reads them.
      if (shortenDigest(digest) !== revision) continue;
      // Both are of this code, so nothing needs an escape.
      const which = `WHERE sequence = ${Math.trunc(sequence)}`;
      await manager.query(`UPDATE rolebook_release SET digest = '${digest}' ${which}`);
    }
  },
};
