import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { followEdits } from '../soak/follow-edits.ts';
import { writeManyWorkspaces } from '../soak/many-workspaces.ts';
import { spawnSidecar, type SpawnedSidecar } from '../soak/spawned-sidecar.ts';

describe('a sidecar under load, while its files are edited', () => {
  let root: string;
  let sidecar: SpawnedSidecar;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'rolebook-soak-'));
    await writeManyWorkspaces(root, 50, 10);
    await writeFile(join(root, 'policies', 'watched.yaml'), 'workspace: watched\nmembers: { ana: member }\n');
    sidecar = await spawnSidecar(root);
  });

  after(async () => {
    await sidecar.stop();
    await rm(root, { recursive: true });
  });

  it('fails no request, and gives no answer that neither the old nor the new policy gives', async () => {
    const result = await followEdits({ root, port: sidecar.port, edits: 18, connections: 16 });
    assert.deepEqual(result.wrong, []);
    assert.strictEqual(result.failed, 0);
    assert.lengthOf(result.effectMs, 12);
    assert.strictEqual(result.keptLastGood, 6);
    assert.isAbove(result.requests, 200);
  }).timeout(60_000);
});
