import type { Event, YAMLException as YamlError } from 'js-yaml';
import { limits } from '../../policy/limits.ts';
import { parseEvents, YAMLException } from './yaml-library.ts';

/** The reason why a text is no YAML, in js-yaml's words, and at which offset. */
export interface ParseFault {
  readonly reason: string;
  readonly offset: number;
}

/** Events of a text, one after the other. Each is good until the next is asked for. */
export interface EventList {
  readonly count: number;
  at(index: number): Event;
}

/**
 * Events of a text as numbers, `fields.length` for each, which one thread can hand to another; or why there are none.
 */
export type PackedEvents = Int32Array | ParseFault;

/** The origin of the events of some files come from that somebody else looks for in their text. */
export interface EventsElsewhere {
  /** The events of this very file's text, once. Undefined: look for them yourself. */
  take(file: object): PackedEvents | undefined;
}

/** All of what an event may have. What one does not have is 0, and nobody asks for it. */
const fields = [
  'type',
  'start',
  'valueStart',
  'valueEnd',
  'anchorStart',
  'anchorEnd',
  'tagStart',
  'tagEnd',
  'style',
  'chomping',
  'indent',
  'fast',
] as const;

/** js-yaml's work on a text, which is done in one piece: of 4 MiB, the largest file, about 0.2 s. */
export function findEvents(text: string): EventList | ParseFault {
  try {
    const events = parseEvents(text, { maxDepth: limits.fileDepth });
    return { count: events.length, at: (index) => events[index] as Event };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return mistakeOf(error);
  }
}

function mistakeOf({ reason, mark }: YamlError): ParseFault {
  return { reason, offset: mark?.position ?? 0 };
}

export function packEvents(found: EventList | ParseFault): PackedEvents {
  if (!('count' in found)) return found;
  const packed = new Int32Array(found.count * fields.length);
  for (let index = 0; index < found.count; index += 1) {
    const event = found.at(index) as unknown as Readonly<Record<string, unknown>>;
    for (const [column, field] of fields.entries()) packed[index * fields.length + column] = Number(event[field] ?? 0);
  }
  return packed;
}

export function unpackEvents(packed: PackedEvents): EventList | ParseFault {
  if (!(packed instanceof Int32Array)) return packed;
  const event: Record<string, number> = {};
  return {
    count: packed.length / fields.length,
    at: (index) => {
      for (const [column, field] of fields.entries()) event[field] = packed[index * fields.length + column] ?? 0;
      return event as unknown as Event;
    },
  };
}
