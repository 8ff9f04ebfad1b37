import { messageOf, RolebookError, type ErrorCode } from '../../policy/errors.ts';
import type { DatabaseUrl } from './database-url.ts';

interface Fault {
  readonly code: ErrorCode;
  /** What the driver says besides is told: which table it is about. */
  readonly isDetailed?: true;
  /** The end of a sentence that begins with the database. */
  readonly says: string;
  readonly help?: string;
}

const tooLong: Fault = { code: 'unavailable', says: 'did not answer in time', help: 'look whether the server is well' };
const busy = {
  code: 'unavailable',
  says: 'is being written to by somebody else, who does not come to an end',
  help: 'wait for the other publication, or end it',
} as const satisfies Fault;
const cutOff: Fault = {
  code: 'unavailable',
  says: 'cut the connection off',
  help: '`rolebook revisions` tells whether what was under way took effect',
};

const otherTables: Fault = {
  code: 'configuration',
  says: 'has not the tables that rolebook made',
  help: 'look whether it is the right database and, on PostgreSQL, the right schema (`search_path`)',
  isDetailed: true,
};
const noRight = (help: string): Fault => ({
  code: 'configuration',
  says: 'does not allow this user to do it',
  help,
  isDetailed: true,
});
const noRoom: Fault = { code: 'unavailable', says: 'has no room left on its disk' };
const isDamaged: Fault = { code: 'unavailable', says: 'is damaged', help: 'restore it from a backup' };

// SQLSTATE codes of PostgreSQL, codes of Node.js and of SQLite.
const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: { code: 'unavailable', says: 'does not answer: the connection is refused' },
  ENOTFOUND: { code: 'unavailable', says: 'does not answer: there is no such host' },
  EAI_AGAIN: { code: 'unavailable', says: 'does not answer: its host could not be looked up' },
  ENOENT: { code: 'unavailable', says: 'does not answer: there is no such socket' },
  ETIMEDOUT: tooLong,
  ECONNRESET: cutOff,
  EPIPE: cutOff,
  '57P01': cutOff,
  '57P02': cutOff,
  '57P03': { code: 'unavailable', says: 'is starting or stopping' },
  '53300': { code: 'unavailable', says: 'has no connection left to give' },
  '57014': tooLong,
  '25P03': tooLong,
  '55P03': busy,
  '28000': { code: 'configuration', says: 'refuses this user' },
  '28P01': { code: 'configuration', says: 'refuses this user or password' },
  '3D000': { code: 'configuration', says: 'is not there: the server has no database of that name' },
  '42501': noRight('docs/database.md says which rights it needs'),
  '57P04': { code: 'configuration', says: 'is not there any more: somebody dropped it' },
  '3F000': {
    code: 'configuration',
    says: 'has no such schema, or none that this user may use',
    help: 'see `search_path`',
  },
  '42P01': otherTables,
  '42703': otherTables,
  '42883': otherTables,
  '42804': otherTables,
  '42P07': otherTables,
  '42710': otherTables,
  '42723': otherTables,
  '53100': noRoom,
  XX001: isDamaged,
  XX002: isDamaged,
  '25006': { code: 'configuration', says: 'can only be read', help: 'name the primary server, not a standby' },
  SQLITE_BUSY: busy,
  SQLITE_CANTOPEN: { code: 'configuration', says: 'cannot be opened' },
  SQLITE_NOTADB: { code: 'configuration', says: 'is not an SQLite database' },
  SQLITE_READONLY: {
    code: 'configuration',
    says: 'can only be read',
    help: 'this user must be able to write to the file and to its folder',
  },
  SQLITE_PERM: noRight('this user must be able to write to the file and to its folder'),
  SQLITE_AUTH: noRight('this user must be able to write to the file and to its folder'),
  SQLITE_FULL: noRoom,
  SQLITE_CORRUPT: isDamaged,
};

// What pg and TypeORM say without a code.
const spoken: readonly (readonly [RegExp, Fault])[] = [
  [/^no such (?:table|column|function)\b|\bhas no column named\b|^table \S+ already exists/i, otherTables],
  [/timeout/i, tooLong],
  [/^Connection terminated|not queryable|server closed the connection|already released/i, cutOff],
  [/password must be a string|no password supplied/i, { code: 'configuration', says: 'wants a password' }],
  [/does not support SSL/i, { code: 'configuration', says: 'does not support SSL' }],
];

/** An error of the driver, as it may be shown: without user, password or the text of a statement. */
export function describeDatabaseError(url: DatabaseUrl, error: unknown): RolebookError {
  if (error instanceof RolebookError) return error;
  const driverError = causeOf(error);
  const fault = findFault(driverError) ?? {
    code: 'unavailable',
    says: `failed: ${url.redact(messageOf(driverError))}`,
  };
  const help = fault.help === undefined ? {} : { help: fault.help };
  const detail = fault.isDetailed ? `: ${url.redact(messageOf(driverError))}` : '';
  return new RolebookError(fault.code, `\`${url.shown}\` ${fault.says}${detail}`, {
    ...help,
    cause: redactError(url, driverError),
  });
}

/** Whether a database refuses by the way it is set up: to try again does not help. */
export function isRefusal(error: unknown): error is RolebookError {
  return error instanceof RolebookError && error.code === 'configuration';
}

export function isBusy(error: unknown): boolean {
  return findFault(causeOf(error)) === busy;
}

/** Whether a server did not even say that something takes too long. */
export function isSilent(error: unknown): boolean {
  return messageOf(causeOf(error)) === 'Query read timeout';
}

/** For who waited in the queue of writers until the time for it was over. */
export function queueTooLong(url: DatabaseUrl): RolebookError {
  return new RolebookError(busy.code, `\`${url.shown}\` ${busy.says}`, { help: busy.help });
}

function findFault(error: unknown): Fault | undefined {
  const code = codeOf(error);
  // SQLite's codes have longer forms, as SQLITE_BUSY_SNAPSHOT.
  const short = code?.startsWith('SQLITE_') ? code.split('_').slice(0, 2).join('_') : code;
  const known = short === undefined ? undefined : faults[short];
  return known ?? spoken.find(([pattern]) => pattern.test(messageOf(error)))?.[1];
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

// TypeORM wraps what the driver threw, together with the statement; Node.js wraps one error for each address of a host.
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (error instanceof Error && 'driverError' in error && error.driverError instanceof Error) return error.driverError;
  return error;
}

function redactError(url: DatabaseUrl, error: unknown): Error {
  const shown = new Error(url.redact(messageOf(error)));
  if (error instanceof Error) shown.stack = url.redact(error.stack ?? '');
  return shown;
}
