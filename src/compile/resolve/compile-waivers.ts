import { problemSeverities } from '../../policy/problem.ts';
import { parseUntil } from '../../policy/text/instant.ts';
import type { Waiver } from '../file/compiled.ts';
import { findingWords, type WaiverEntry } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { quote } from '../words/describe-value.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import { timeHelp } from './compile-members.ts';

/** What `waive` says. Whether there is such a finding is for `lint` to tell, which alone knows all of them. */
export function compileWaivers(entries: readonly WaiverEntry[], report: FileReport): Waiver[] {
  return entries.flatMap((entry, index) => compileWaiver(entry, ['waive', index], report));
}

function compileWaiver(entry: WaiverEntry, path: YamlPath, report: FileReport): Waiver[] {
  const { check, reason, until } = entry;
  if (!isWaivable(check)) {
    const why = waiverChecks.has(check) ? 'is about waivers' : 'finds errors';
    const help = 'a waiver is for one warning; what is an error must be mended';
    report.onValue('bad-value', [...path, 'check'], `${quote(check)} ${why}, and cannot be waived`, help);
  }
  const words = findingWords.flatMap((word) => (entry[word] === undefined ? [] : [[word, entry[word]] as const]));
  if (words.length === 0) {
    const help = `say it with ${findingWords.map((word) => `\`${word}:\``).join(', ')}`;
    report.onValue('missing-key', path, 'the waiver does not say what the finding is about', help);
  }
  const untilMs = parseUntil(until);
  if (untilMs === undefined) {
    report.onValue('bad-time', [...path, 'until'], `${quote(until)} is no day or time that exists`, timeHelp);
    return [];
  }
  const [position, untilPosition] = [report.valueSpan([...path, 'check']), report.valueSpan([...path, 'until'])];
  return [{ check, about: new Map(words), reason, until, untilMs, position, untilPosition }];
}

const waiverChecks: ReadonlySet<string> = new Set(['unused-waiver', 'waiver-over']);

// A check that is not known may be one of a newer version: it is told as a waiver that finds nothing, and stops nothing.
function isWaivable(check: string): boolean {
  if (waiverChecks.has(check)) return false;
  return (
    !Object.hasOwn(problemSeverities, check) || problemSeverities[check as keyof typeof problemSeverities] === 'warning'
  );
}
