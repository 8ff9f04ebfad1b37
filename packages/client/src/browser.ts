import { Client, type ClientOptions } from './client.ts';
import { fetchTransport } from './transport/fetch-transport.ts';

/**
 * Makes a client of a sidecar, over `fetch`. The types that `rolebook types` writes make a misspelt permission an
 * error of the compiler. Throws a TypeError where `url` is none.
 */
export function createClient<
  Permission extends string = string,
  Scope extends string = string,
  Role extends string = string,
>(options: ClientOptions): Client<Permission, Scope, Role> {
  return new Client(options, fetchTransport);
}

export { RolebookError, RefusedError, UnavailableError, UnexpectedAnswerError } from './errors.ts';
export { holds } from './permission-set.ts';
export type { HeldPermissions, ListedPermission } from './permission-set.ts';
export type { Able, Client, ClientOptions, ListedRole, WhoCanOptions } from './client.ts';
export type { ChangeFilter, ChangeOptions, Changes, Edit, MadeChange, ToldChange } from './changes.ts';
export type { GivenRole, MemberOptions, Members } from './members.ts';
export type { Page } from './calls/pages.ts';
export type { TokenSource } from './calls/caller.ts';
export type {
  CallOptions,
  Decision,
  DecisionOptions,
  Place,
  Question,
  ReadOptions,
  Reason,
  Subject,
  SubjectName,
} from './words.ts';
