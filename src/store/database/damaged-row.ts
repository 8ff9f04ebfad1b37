import { RolebookError } from '../../policy/errors.ts';

/** A row that is not as rolebook writes it: what is live stays, and nobody guesses what the row was to say. */
export function damagedRow(which: string, what: string): RolebookError {
  const help = 'restore the database from a backup';
  return new RolebookError('unavailable', `the database is damaged: ${which} ${what}`, { help });
}
