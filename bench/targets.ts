import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'node:http';
import { ask } from './ask.ts';
import type { Child } from './children.ts';
import type { Address } from './drive.ts';
import type { Protocol } from './protocols.ts';
import type { Question } from './questions.ts';
import type { Server } from './servers.ts';

/** One way to ask one server, with what it is asked. */
export interface Target {
  readonly name: string;
  readonly address: Address;
  readonly child: Child;
  readonly protocol: Protocol;
  /** One entry a request. */
  readonly asked: readonly (readonly Question[])[];
  /** The file with one body a line. */
  readonly bodies: string;
  /** How many of the requests are asked to check the answers; those of a slow server would take for ever. */
  readonly checks: number;
  /** The ceiling knows no answers, so none are checked. */
  readonly isCeiling: boolean;
  /** Whether somebody reads its metrics meanwhile. */
  readonly isScraped: boolean;
  /** What its requests say beside the type of their body. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Between two looks at the metrics: ten times as often as Prometheus would at its busiest. */
export const scrapeMs = 100;

export async function createTarget(
  folder: string,
  name: string,
  {
    server: { address, child },
    protocol,
    asked,
    checks = Infinity,
    isCeiling = false,
    isScraped = false,
    headers = {},
  }: { readonly server: Server } & Pick<Target, 'protocol' | 'asked'> & Partial<Target>,
): Promise<Target> {
  const bodies = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.bodies`);
  await writeFile(bodies, `${asked.map((questions) => protocol.body(questions)).join('\n')}\n`);
  return { name, address, child, protocol, asked, bodies, checks, isCeiling, isScraped, headers };
}

/** Asks what it will be driven with, and throws when an answer is not what the policy says. */
export async function checkAnswers(target: Target, most: number): Promise<number> {
  const { name, address, protocol, asked, checks, isCeiling, headers } = target;
  if (isCeiling) return 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const wrong: string[] = [];
  let count = 0;
  try {
    for (const questions of asked.slice(0, Math.min(checks, most))) {
      const answer = await ask(address, protocol.path, protocol.body(questions), { agent, headers });
      const decisions = protocol.decisions(answer, questions);
      if (decisions.length !== questions.length) wrong.push(`${decisions.length} decisions for ${questions.length}`);
      questions.forEach((question, index) => {
        count += 1;
        if (decisions[index] !== question.expected) wrong.push(JSON.stringify(question));
      });
    }
  } finally {
    agent.destroy();
  }
  if (wrong.length > 0) {
    const some = wrong.slice(0, 5).join('\n  ');
    throw new Error(`${name} gave ${wrong.length} wrong answers of ${count}, so there is no report:\n  ${some}`);
  }
  return count;
}
