import { createConfig, lintFromString, type Config } from '@redocly/openapi-core';
import { assert } from 'chai';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

// `recommended-strict` has every rule of `recommended` as an error. These are those of the others that mean something here;
// what stays off asks for a taste (verbs and plurals in paths, an e-mail address, examples everywhere), not for correctness.
const moreRules = {
  'component-name-unique': 'error',
  'operation-4xx-problem-details-rfc7807': 'error',
  'operation-singular-tag': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'error',
  'path-params-defined': 'error',
  'paths-kebab-case': 'off', // `/openapi.json` has a dot.
  'no-duplicated-tag-names': 'error',
} as const;

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  parameters?: object[];
  security?: object[];
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
  info: Record<string, unknown>;
  servers?: object[];
  tags: object[];
}

/** Each breaks a sound document in one way that a client generator, or a reader, would stumble over. */
const breaks: readonly [title: string, rule: string, broken: (document: Document, enforce: Operation) => unknown][] = [
  ['an operation has no id', 'operation-operationId', (_, enforce) => delete enforce.operationId],
  ['two have one id', 'operation-operationId-unique', (_, enforce) => (enforce.operationId = 'enforceBatch')],
  ['an id has a blank', 'operation-operationId-url-safe', (_, enforce) => (enforce.operationId = 'enforce this')],
  ['an operation has no summary', 'operation-summary', (_, enforce) => delete enforce.summary],
  ['a tag is not in the list', 'operation-tag-defined', (_, enforce) => (enforce.tags = ['Nothing'])],
  ['an operation has two tags', 'operation-singular-tag', (_, enforce) => (enforce.tags = ['Decisions', 'Policy'])],
  ['a tag says nothing', 'tag-description', (document) => document.tags.push({ name: 'Bare' })],
  ['it asks for an unknown token', 'security-defined', (_, enforce) => (enforce.security = [{ nothing: [] }])],
  ['nothing can go well', 'operation-2xx-response', (_, enforce) => delete enforce.responses['200']],
  ['an operation says what OpenAPI does not know', 'struct', (_, enforce) => Object.assign(enforce, { answers: {} })],
  ['it has no title', 'struct', (document) => delete document.info['title']],
  ['it is served nowhere', 'no-empty-servers', (document) => delete document.servers],
  ['a schema is missing', 'no-unresolved-refs', (document) => delete document.components.schemas['Reason']],
  [
    'nobody uses a schema',
    'no-unused-components',
    (document) => (document.components.schemas['Bare'] = { type: 'null' }),
  ],
  [
    'a parameter says nothing',
    'parameter-description',
    (_, enforce) => (enforce.parameters = [{ name: 'x', in: 'query', schema: {} }]),
  ],
  [
    'a part of a path is no parameter',
    'path-parameters-defined',
    (document) => delete document.paths['/v1/workspaces/{workspace}/roles']?.['get']?.parameters,
  ],
  [
    'two paths are one',
    'no-identical-paths',
    (document, enforce) => (document.paths['/v1/workspaces/{other}/roles'] = { post: enforce }),
  ],
];

describe('the OpenAPI document, to a linter that others use', () => {
  let config: Config;
  let text: string;
  before(async () => {
    config = await createConfig({ extends: ['recommended-strict'], rules: moreRules });
    const running = await runSidecar();
    text = (await running.call('/openapi.json')).text;
  });
  after(disposeSidecars);

  const lint = async (source: string): Promise<{ rule: string; where: string }[]> => {
    const found = await lintFromString({ source, absoluteRef: '/openapi.json', config });
    return found.map(({ ruleId, message, location: [first] }) => ({
      rule: ruleId,
      where: `${message} ${JSON.stringify(first && 'pointer' in first ? first.pointer : '')}`,
    }));
  };

  it('has no fault and no warning as a running sidecar serves it', async () => {
    // What browsers are led by answers with an address and nothing else.
    const isLeading = ({ rule, where }: { rule: string; where: string }): boolean =>
      rule === 'operation-2xx-response' && where.includes('~1v1~1sign-in');
    assert.deepEqual(
      (await lint(text)).filter((problem) => !isLeading(problem)),
      [],
    );
  });

  for (const [title, rule, broken] of breaks) {
    it(`would be refused when ${title}`, async () => {
      const document = JSON.parse(text) as Document;
      broken(document, document.paths['/v1/enforce']?.['post'] ?? assert.fail('no operation'));
      assert.include(
        (await lint(JSON.stringify(document))).map((problem) => problem.rule),
        rule,
      );
    });
  }
});
