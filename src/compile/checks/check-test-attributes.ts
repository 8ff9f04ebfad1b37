import type { Catalog } from '../../policy/catalog.ts';
import type { TestFile } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { quote } from '../words/describe-value.ts';
import { nearest } from '../words/suggest.ts';
import { findLookedUpPaths, namesBelow } from './looked-up-paths.ts';

const parts = [
  { part: 'resource', root: ['resource'] },
  { part: 'context', root: ['context'] },
  { part: 'properties', root: ['subject', 'properties'] },
] as const;

/** Warns of what a policy test sends along and no scope looks up: misspelt, it leaves the scopes untried. */
export function checkTestAttributes(entry: TestFile, catalog: Catalog, report: FileReport): void {
  const lookedUp = findLookedUpPaths(catalog);
  for (const [index, test] of entry.tests.entries()) {
    for (const { part, root } of parts) {
      const known = namesBelow(root, lookedUp);
      for (const name of Object.keys(test.with?.[part] ?? {})) {
        if (known.has(name)) continue;
        const near = nearest(name, known);
        const help =
          near === undefined ? 'leave it out; no `when` in roles.yaml names it' : `did you mean ${quote(near)}?`;
        const path = ['tests', index, 'with', part, name];
        report.onKey('unread-property', path, `no scope looks up ${quote([...root, name].join('.'))}`, help);
      }
    }
  }
}
