import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

const program = fileURLToPath(
  new URL('../../node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url),
);

/** An editor, as far as it speaks with the real yaml-language-server. */
export class YamlEditor {
  readonly #server: ChildProcessWithoutNullStreams = spawn(process.execPath, [program, '--stdio']);
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #diagnosed = new Map<string, (messages: string[]) => void>();
  readonly #opened = new Set<string>();
  #received: Buffer = Buffer.alloc(0);
  #last = 0;

  static async start(folder: string): Promise<YamlEditor> {
    const editor = new YamlEditor();
    editor.#server.stdout.on('data', (chunk: Buffer) => editor.#receive(chunk));
    const rootUri = pathToFileURL(folder).href;
    const capabilities = { workspace: { configuration: true }, textDocument: { completion: {} } };
    await editor.#ask('initialize', { processId: process.pid, rootUri, capabilities });
    editor.#send({ method: 'initialized', params: {} });
    return editor;
  }

  /** What is proposed where `|` stands in the text of a file. */
  async complete(path: string, marked: string): Promise<string[]> {
    const before = marked.slice(0, marked.indexOf('|')).split('\n');
    const uri = this.#open(path, marked.replace('|', ''));
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const found = (await this.#ask('textDocument/completion', { textDocument: { uri }, position })) as {
      items: readonly { label: string }[];
    } | null;
    return (found?.items ?? []).map(({ label }) => label);
  }

  /** What is underlined in the text of a file, which was not opened before. */
  diagnose(path: string, text: string): Promise<string[]> {
    return new Promise((resolve) => {
      this.#diagnosed.set(pathToFileURL(path).href, resolve);
      this.#open(path, text);
    });
  }

  close(): void {
    this.#server.kill();
  }

  #open(path: string, text: string): string {
    const uri = pathToFileURL(path).href;
    this.#last += 1;
    // Of a file that is closed the server says that nothing is wrong.
    if (this.#opened.has(uri)) this.#send({ method: 'textDocument/didClose', params: { textDocument: { uri } } });
    this.#opened.add(uri);
    const textDocument = { uri, languageId: 'yaml', version: this.#last, text };
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } });
    return uri;
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = (this.#last += 1);
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      const [, digits] = /Content-Length: (\d+)/.exec(this.#received.subarray(0, Math.max(0, end)).toString()) ?? [];
      const length = Number(digits);
      if (end < 0 || this.#received.length < end + 4 + length) return;
      this.#take(JSON.parse(this.#received.subarray(end + 4, end + 4 + length).toString()) as Message);
      this.#received = this.#received.subarray(end + 4 + length);
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method === 'workspace/configuration') {
      const { items } = params as { items: readonly { section?: string }[] };
      this.#send({ id: id ?? 0, result: items.map(({ section }) => (section === 'yaml' ? settings : null)) });
    } else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly { message: string }[] };
      this.#diagnosed.get(uri)?.(diagnostics.map(({ message }) => message));
    } else if (method !== undefined && id !== undefined) this.#send({ id, result: null });
    else if (id !== undefined) this.#answers.get(id)?.(result);
  }
}

// Nothing is looked for on the net.
const settings = {
  validate: true,
  completion: true,
  schemaStore: { enable: false },
  kubernetesCRDStore: { enable: false },
};
