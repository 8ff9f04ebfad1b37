import type { ShareOfEffect } from '../../../review/changes/judged-data.ts';
import type { ChangeToWrite } from './change-keeper.ts';
import { wordsOfEdit } from './edit-words.ts';
import { escapeHidden, formatTrailer, plainLine, undoesTrailer } from './trailers.ts';

/** The message of the commit of a change: what it does, who gains and who loses by it, and all of it for programs. */
export function formatCommitMessage(change: string, written: ChangeToWrite): string {
  const paragraphs = [[subjectOf(written)], effectLines(written), trailersOf(change, written)];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

// As long as `git log --oneline` and forges show it.
const mostSubjectCharacters = 72;

function subjectOf({ asked, edits }: ChangeToWrite): string {
  const [first] = edits;
  const more = edits.length > 1 ? ` and ${edits.length - 1} more` : '';
  const words = first ? wordsOfEdit(first) : 'change policy tests';
  const whole = asked.what.kind === 'revert' ? `revert: ${words}` : words;
  const text = Array.from(plainLine(`${whole.charAt(0).toUpperCase()}${whole.slice(1)}`));
  const room = mostSubjectCharacters - more.length;
  return `${text.length > room ? `${text.slice(0, room - 1).join('')}…` : text.join('')}${more}`;
}

const mostShares = 20;
const mostSubjects = 5;
const mostPermissions = 8;

function effectLines({ data: { effect }, atRunTime = new Set() }: ChangeToWrite): string[] {
  if (!effect) return [];
  const shares = [
    ...effect.gained.map((share) => shareLine('+', share, atRunTime)),
    ...effect.lost.map((share) => shareLine('-', share, atRunTime)),
  ];
  if (shares.length === 0) return ['Nobody gains or loses anything.'];
  const more = shares.length - mostShares;
  return [
    `${effect.people === 1 ? '1 person' : `${effect.people} people`} can do something else than before:`,
    ...shares.slice(0, mostShares),
    ...(more > 0 ? [`and ${more} lines more`] : []),
  ];
}

function shareLine(
  sign: string,
  { workspace, organization, subjects, permissions, from, until }: ShareOfEffect,
  atRunTime: ReadonlySet<string>,
): string {
  const place = workspace === undefined ? `organization ${organization ?? ''}` : `workspace ${workspace}`;
  const times = `${from === undefined ? '' : ` from ${from}`}${until === undefined ? '' : ` until ${until}`}`;
  return plainLine(`${sign} ${people(subjects, atRunTime)} in ${place}: ${some(permissions, mostPermissions)}${times}`);
}

// Who is a member at run time alone is kept out of git: nobody could be forgotten there.
function people(subjects: readonly string[], atRunTime: ReadonlySet<string>): string {
  const named = subjects.filter((subject) => !atRunTime.has(subject));
  const others = subjects.length - named.length;
  const unnamed = others === 1 ? '1 member at run time' : `${others} members at run time`;
  return [...(named.length > 0 ? [some(named, mostSubjects)] : []), ...(others > 0 ? [unnamed] : [])].join(' and ');
}

function some(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function trailersOf(change: string, written: ChangeToWrite): string[] {
  const { asked, edits, data, revision, undoes, atMs, atRunTime } = written;
  const { actor, caller, reason, what, idempotency } = asked;
  const trailers: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Change', change],
    ['At', atRunTime ? new Date(atMs).toISOString() : undefined],
    ['Actor', `${actor.type}:${actor.id}`],
    ['Reason', reason],
    ['Reverts', what.kind === 'revert' ? what.change : undefined],
    [undoesTrailer, undoes],
    ['Caller', caller.name],
    ['Request', idempotency?.key],
    ['Request-Digest', idempotency?.digest],
    ['Revision', revision],
    ['People', String(data.effect?.people ?? 0)],
  ];
  return [
    ...trailers.flatMap(([name, value]) => (value === undefined ? [] : [formatTrailer(name, value)])),
    // Objects of JSON as they are: what is escaped in them stays JSON.
    ...edits.map((edit) => `Rolebook-Edit: ${escapeHidden(JSON.stringify(edit))}`),
  ];
}
