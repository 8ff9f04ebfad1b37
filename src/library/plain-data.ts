import { limits } from '../policy/limits.ts';

export interface DataFault {
  /** The end of a sentence. */
  readonly message: string;
  readonly help?: string;
}

/**
 * Why something cannot be attributes, or undefined when it can: plain data, as JSON has it. Members that are `undefined`
 * count as left out, as they do when an object becomes JSON; whatever else JSON would leave out or change is refused, since
 * a decision by half of a thing is none.
 */
export function requireAttributes(value: unknown, name: string): DataFault | undefined {
  if (!isPlainObject(value)) return { message: `has no plain object as \`${name}\`, but ${kindOf(value)}` };
  const fault = new PlainData().faultIn(value, 1);
  if (fault === undefined) return undefined;
  return { message: `has ${fault.kind} in \`${name}\`, at \`${[name, ...fault.path].join('.')}\``, help: fault.help };
}

interface FaultWithin {
  readonly kind: string;
  readonly path: string[];
  readonly help: string;
}

class PlainData {
  #values = 0;

  faultIn(value: unknown, depth: number): FaultWithin | undefined {
    this.#values += 1;
    if (this.#values > limits.questionValues) return found(`more than ${limits.questionValues} values`, smaller);
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return undefined;
      case 'number':
        return faultOfNumber(value);
      case 'object':
        break;
      default:
        return found(kindOf(value), plain);
    }
    if (value === null) return undefined;
    if (depth > limits.requestDepth) return found(`more than ${limits.requestDepth} levels`, smaller);
    if (Array.isArray(value)) return this.#faultInList(value, depth);
    if (isPlainObject(value)) return this.#faultInObject(value, depth);
    return found(kindOf(value), value instanceof Date ? 'write it as a text: `date.toISOString()`' : plain);
  }

  #faultInList(list: readonly unknown[], depth: number): FaultWithin | undefined {
    // By index: an element that is missing is none.
    for (let index = 0; index < list.length; index += 1) {
      const fault = this.faultIn(list[index], depth + 1);
      if (fault) return { ...fault, path: [String(index), ...fault.path] };
    }
    return undefined;
  }

  #faultInObject(object: Readonly<Record<string, unknown>>, depth: number): FaultWithin | undefined {
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (value === undefined) continue;
      const fault = this.faultIn(value, depth + 1);
      if (fault) return { ...fault, path: [name.slice(0, limits.idCharacters), ...fault.path] };
    }
    return undefined;
  }
}

const plain = 'name the attributes that the policy looks up: `{ owner: conversation.ownerId }`';
const smaller = `${plain}, and no more`;

// A whole number beyond these may have been another one before it was a double.
function faultOfNumber(value: number): FaultWithin | undefined {
  if (!Number.isFinite(value)) return found(`the number \`${value}\``, 'JSON has no such number');
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return found('a number that may not be exact', 'write it as a text');
}

function found(kind: string, help: string): FaultWithin {
  return { kind, path: [], help };
}

// Of another realm, too, as test runners have them: whatever ends its chain of prototypes is that of plain objects.
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return '`null`';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return 'an object of a class';
}
