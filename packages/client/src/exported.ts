/* What both entries have besides `createClient`. */

export { RolebookError, RefusedError, UnavailableError, UnexpectedAnswerError } from './words/errors.ts';
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
} from './words/words.ts';
