import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { GitOptions } from '../serve/git-options.ts';

/** The options of `publish`, as written on the command line. */
export interface PublishOptions extends GitOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly database?: DatabaseUrl;
  readonly author?: string;
  readonly endMemberships?: number;
  /** A folder, as written. */
  readonly cache?: string;
  readonly follow?: true;
}
