import { problemSeverities, type ProblemCode } from '../../src/policy/problem.ts';
import type { Fixture, FixtureFile } from './fixture.ts';

/** docs/checks.md: a section for every problem code, made of its fixtures, so that what it shows is what lint prints. */
export function formatChecksPage(fixtures: readonly Fixture[]): string {
  const sections = problemCodes.map((code) =>
    formatSection(
      code,
      fixtures.filter((fixture) => codeOf(fixture) === code),
    ),
  );
  return `${introduction}\n${problemCodes.map(formatContentsLine).join('\n')}\n\n${sections.join('\n')}`;
}

export const problemCodes = Object.keys(problemSeverities) as readonly ProblemCode[];

/** The code that a fixture is for: its name, or what its name begins with. */
export function codeOf({ name }: Fixture): ProblemCode | undefined {
  const matching = problemCodes.filter((code) => name === code || name.startsWith(`${code}-`));
  return matching.sort((left, right) => right.length - left.length)[0];
}

const introduction = `<!-- Written by scripts/write-checks.ts from test/checks/err; change the fixtures, then run it again. -->

# What \`rolebook lint\` finds

Each problem has a code, shown in brackets behind its message. An **error** makes the policy invalid: \`rolebook lint\`
exits 1, and a sidecar keeps the last good policy. A **warning** is told and lets the policy pass, unless \`lint\` is
\`--strict\`. Everything is told at once, sorted by place. No check can be turned off; one finding of a warning can be
[waived](policies.md#findings-that-are-accepted), with a reason and an end.

Every output below is what the command prints for the file above it; a test compares them. Files that are not shown are
those of [a small policy](../test/checks/base/).
`;

function formatContentsLine(code: ProblemCode): string {
  return `- [${code}](#${code})${problemSeverities[code] === 'warning' ? ' (warning)' : ''}`;
}

function formatSection(code: ProblemCode, fixtures: readonly Fixture[]): string {
  const plain = fixtures.filter(({ name }) => name === code);
  const variants = fixtures.filter(({ name }) => name !== code);
  return [
    `## ${code}\n`,
    `*${problemSeverities[code] === 'warning' ? 'Warning' : 'Error'}*\n`,
    ...plain.map(({ prose }) => `${prose}\n`),
    ...plain.flatMap((fixture) => [...shownFiles(fixture).map(formatFile), formatOutput(fixture)]),
    ...variants.flatMap((fixture) => [`${fixture.prose}\n`, formatOutput(fixture)]),
  ].join('\n');
}

// The files that the output is about. What text cannot show, a link or four megabytes, the prose tells.
function shownFiles({ files, output }: Fixture): readonly FixtureFile[] {
  return files.filter(({ path, directives }) => directives.length === 0 && output.includes(`${path}:`));
}

function formatFile({ path, text }: FixtureFile): string {
  return fence(path.endsWith('.yaml') || path.endsWith('.yml') ? 'yaml' : 'ini', `# ${path}\n${text}`);
}

function formatOutput({ output }: Fixture): string {
  return fence('console', output);
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.endsWith('\n') ? text : `${text}\n`}\`\`\`\n`;
}
