import { readFileSync } from 'node:fs';
import { limits } from '../../policy/limits.ts';

/** The numbers of connections that a process may hold. Together they leave room for everything else that it opens. */
export interface ConnectionCeilings {
  /** Of callers. Beyond it an idle one gives way to a new one. */
  readonly places: number;
  /** Beyond those, for callers that are told that there is no place, and for admin calls among them. */
  readonly spare: number;
  /** In the primary of several workers: accepted, and not yet with one of them. */
  readonly waiting: number;
}

/** What this process may hold. */
export function connectionCeilings(): ConnectionCeilings {
  return ceilingsBelow((cachedDescriptors ??= readDescriptors()));
}

/**
 * With `descriptors` files and connections open at most, a part is reserved: whoever reads files, starts git or talks
 * to a database never finds that callers took the last one.
 */
export function ceilingsBelow(descriptors: number): ConnectionCeilings {
  const { least, most } = limits.reservedDescriptors;
  const reserved = Math.min(most, Math.max(least, Math.floor(descriptors / 4)));
  const all = Math.max(limits.connectionsLeast, Math.min(limits.connections, descriptors - reserved));
  const spare = Math.min(limits.connectionsSpare, Math.floor(all / 4));
  return { places: all - spare, spare, waiting: Math.min(limits.connectionsWaiting, all) };
}

let cachedDescriptors: number | undefined;

// Node raises its own limit to the hard one when it starts, and inherits it to its children; nobody changes it later.
function readDescriptors(): number {
  const soft = readLinuxLimit() ?? readReportedLimit();
  // `unlimited`, or a system without such limits.
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}

// Linux tells it at once; undefined elsewhere.
function readLinuxLimit(): number | 'unlimited' | undefined {
  try {
    const [, soft] = /^Max open files +(\d+|unlimited) /m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined || soft === 'unlimited' ? soft : Number(soft);
  } catch {
    return undefined;
  }
}

// Node gathers a whole report, which takes milliseconds.
function readReportedLimit(): unknown {
  // A report would else name the other end of each connection, and ask the network for those names.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { readonly userLimits?: { readonly open_files?: { soft?: unknown } } };
  return report.userLimits?.open_files?.soft;
}
