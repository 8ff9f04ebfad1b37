import type { MemberEntries, WorkspaceFile } from '../file/entries.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { YamlPlaces, type EntryList, type PlaceTable } from '../yaml/yaml-places.ts';

/**
 * A workspace's file in which nothing was wrong, as plain data that one thread gives to another. Its members are lists:
 * an object of a hundred keys takes longer to send than all the rest, and nobody needs it.
 */
export interface SentWorkspace {
  readonly path: string;
  readonly digest: string;
  /** What the file says; `members`, where there are any, is null, which it can be in no file that is right. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly members: EntryList | undefined;
  readonly places: PlaceTable;
}

/** Undefined when something is wrong with the file. */
export function sendWorkspace({ path, digest, entry, places }: ParsedFile<WorkspaceFile>): SentWorkspace | undefined {
  if (!entry || !places) return undefined;
  const common = { path, digest, places: places.table };
  const written = places.entriesOf('members');
  if (!written) return { ...common, entry: { ...entry }, members: undefined };
  const { keys, values } = written;
  return { ...common, entry: { ...entry, members: null }, members: { keys, values } };
}

/** What `sendWorkspace` was given. */
export function receiveWorkspace({
  path,
  digest,
  entry,
  members,
  places: table,
}: SentWorkspace): ParsedFile<WorkspaceFile> {
  if (members) defineMembers(entry, members);
  const places = new YamlPlaces(path, entry, table, members && { members });
  return {
    path,
    digest,
    entry: entry as unknown as WorkspaceFile,
    problems: [],
    places,
    locate: (at, on) => places.locate(at, on),
  };
}

// Put together when somebody asks for them, which hardly anybody does.
function defineMembers(entry: object, { keys, values }: EntryList): void {
  let members: MemberEntries | undefined;
  const get = (): MemberEntries =>
    (members ??= Object.fromEntries(keys.map((key, index) => [key, values[index]])) as MemberEntries);
  Object.defineProperty(entry, 'members', { get, enumerable: true, configurable: true });
}
