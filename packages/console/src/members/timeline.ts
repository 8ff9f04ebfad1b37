import type { HeldRole } from '../api/edits.ts';
import type { MadeChange } from '../api/judgement.ts';
import type { GivenRole, Subject } from '../api/types.ts';
import { day, listed } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

/** Something that was done to somebody's roles, or that begins or ends by its date. */
export interface TimelineEvent {
  /** An instant. */
  readonly at: string;
  readonly what: string;
  /** Undefined: it comes by itself. */
  readonly by?: Subject;
  readonly reason?: string;
  /** The day as people say it: of an end the last day on which it holds. */
  readonly day: string;
}

interface TimelineGround {
  /** The subject as YAML writes it. */
  readonly written: string;
  readonly titles: ReadonlyMap<string, string>;
}

/** What happened to somebody's roles at a place, and what comes, the latest first; nothing but what is written down. */
export function timelineOf(
  changes: readonly MadeChange[],
  roles: readonly GivenRole[],
  ground: TimelineGround,
  now: number,
): readonly TimelineEvent[] {
  const made = changes.flatMap((change) => eventsOf(change, ground));
  // Where one ends as another begins, that is the later one.
  const dated = [...roles.flatMap((role) => beginningOf(role, now)), ...roles.flatMap((role) => endOf(role, now))];
  const timeOf = ({ at }: TimelineEvent): number => new Date(at).getTime();
  return [...made, ...dated].sort((left, right) => timeOf(right) - timeOf(left));
}

function eventsOf(change: MadeChange, { written, titles }: TimelineGround): readonly TimelineEvent[] {
  const { at, actor, reason } = change;
  const { member } = words;
  return change.edits.flatMap((edit) => {
    if (edit.subject !== written) return [];
    const told = { at, by: actor, day: day(at), ...(reason !== undefined && { reason }) };
    if (edit.edit === 'member.remove') return [{ ...told, what: member.tookAll }];
    if (edit.edit !== 'member.set') return [];
    const held = (edit.roles ?? []).map((one) => heldWords(typeof one === 'string' ? { role: one } : one, titles));
    return [{ ...told, what: member.set(listed(held, held.length)) }];
  });
}

function heldWords({ role, from, until }: HeldRole, titles: ReadonlyMap<string, string>): string {
  const { common } = words;
  return [titles.get(role) ?? role, ...(from === undefined ? [] : [common.from(day(from))])]
    .concat(until === undefined ? [] : [common.until(day(until))])
    .join(' ');
}

function beginningOf({ title, from }: GivenRole, now: number): readonly TimelineEvent[] {
  const { member } = words;
  return from === undefined
    ? []
    : [{ at: from, day: day(from), what: isOver(from, now) ? member.began(title) : member.begins(title) }];
}

function endOf({ title, until }: GivenRole, now: number): readonly TimelineEvent[] {
  const { member } = words;
  return until === undefined
    ? []
    : [{ at: until, day: day(until, 'last'), what: isOver(until, now) ? member.ended(title) : member.ends(title) }];
}

function isOver(instant: string, now: number): boolean {
  return new Date(instant).getTime() <= now;
}
