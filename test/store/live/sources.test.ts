import { createPostgresSource, createSqliteSource } from './database-source.ts';
import { FolderSource } from './folder-source.ts';
import { GitSource } from './git-source.ts';
import { GivenSource } from './given-source.ts';
import { describeSource } from './source-contract.ts';

describeSource('a folder', () => FolderSource.create());
describeSource('a primary that follows a folder', () => GivenSource.create());
describeSource('an SQLite database', createSqliteSource, ['silence']);
describeSource('a PostgreSQL database', createPostgresSource);
describeSource('a branch on a git server', () => GitSource.create());
