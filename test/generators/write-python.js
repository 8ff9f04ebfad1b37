import { readFile, writeFile } from 'node:fs/promises';
import { InputData, JSONSchemaInput, quicktype } from 'quicktype-core';

// Every schema of the document as a class, with functions that read and write it. `openapi.json` → `api.py`.
const schema = await readFile('openapi.json', 'utf8');
const source = new JSONSchemaInput(undefined);
await source.addSource({ name: 'api', schema, uris: ['#/components/schemas/'] });
const inputData = new InputData();
inputData.addInput(source);
const { lines } = await quicktype({ inputData, lang: 'python', rendererOptions: { 'python-version': '3.7' } });
await writeFile('api.py', lines.join('\n'));
