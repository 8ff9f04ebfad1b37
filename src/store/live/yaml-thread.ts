import { parentPort } from 'node:worker_threads';
import { decodeFile } from '../../compile/file/parsed-file.ts';
import { findEvents, packEvents } from '../../compile/yaml/yaml-events.ts';

/* Code of the thread that looks for the events of long files: it is given their bytes, and answers in their order. */

parentPort?.on('message', (content: Uint8Array) => {
  // What is no text is found out where it is told.
  const { text } = decodeFile({ path: '', content });
  const packed = text === undefined ? undefined : packEvents(findEvents(text));
  parentPort?.postMessage(packed, packed instanceof Int32Array ? [packed.buffer as ArrayBuffer] : []);
});
