import { isName } from './yaml-layout.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { resolvePlain } from '../yaml/plain-scalar.ts';
import { findEvents, type EventList } from '../yaml/yaml-events.ts';
import { EVENT_ID, SCALAR_STYLE, getScalarValue } from '../yaml/yaml-library.ts';

/**
 * Whether a text is YAML as policies have it and holds just this data. The events of the text are held against the data as
 * they come, so that nothing is built of it.
 */
export function holdsData(text: string, data: JsonValue): boolean {
  const events = findEvents(text);
  if (!('count' in events)) return false;
  return new EventWalk(text, events).isDocument(data);
}

class EventWalk {
  readonly #text: string;
  readonly #events: EventList;
  #next = 0;

  constructor(text: string, events: EventList) {
    this.#text = text;
    this.#events = events;
  }

  isDocument(data: JsonValue): boolean {
    const isOne = this.#take()?.type === EVENT_ID.DOCUMENT && this.#isValue(data);
    return isOne && this.#take()?.type === EVENT_ID.POP && this.#next === this.#events.count;
  }

  #take(): ReturnType<EventList['at']> | undefined {
    if (this.#next >= this.#events.count) return undefined;
    this.#next += 1;
    return this.#events.at(this.#next - 1);
  }

  #isValue(data: JsonValue): boolean {
    const event = this.#take();
    if (!event || !('tagStart' in event) || event.tagStart >= 0) return false;
    if (event.type === EVENT_ID.SCALAR) {
      const text = getScalarValue(this.#text, event);
      return Object.is(event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text, data);
    }
    if (event.type === EVENT_ID.MAPPING) return isJsonObject(data) && this.#isMapping(data);
    return Array.isArray(data) && this.#isList(data as readonly JsonValue[]);
  }

  #isList(list: readonly JsonValue[]): boolean {
    return list.every((item) => this.#isValue(item)) && this.#take()?.type === EVENT_ID.POP;
  }

  #isMapping(data: JsonObject): boolean {
    const names = Object.keys(data);
    // Names that come in the order of the data come once each.
    let seen: Set<string> | undefined;
    for (let index = 0; index < names.length; index += 1) {
      const name = this.#takeName();
      if (name === undefined) return false;
      if (!seen && name !== names[index]) seen = new Set(names.slice(0, index));
      if (seen && (seen.has(name) || !Object.hasOwn(data, name))) return false;
      seen?.add(name);
      const value = data[name];
      if (value === undefined || !this.#isValue(value)) return false;
    }
    return this.#take()?.type === EVENT_ID.POP;
  }

  #takeName(): string | undefined {
    const event = this.#take();
    if (event?.type !== EVENT_ID.SCALAR || event.tagStart >= 0) return undefined;
    const name = getScalarValue(this.#text, event);
    return isName(name, event.style === SCALAR_STYLE.PLAIN) ? name : undefined;
  }
}
