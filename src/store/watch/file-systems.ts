import { statfs } from 'node:fs/promises';

// As in <linux/magic.h>. All of these are of the machine that runs this process, which so hears of every change that is
// made through them. What others change on a network volume, or the host in a shared folder of a container, nobody tells.
const thatTell: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlayfs
]);

/** The knowledge of the file systems that folders lie on. */
export class FileSystems {
  readonly #known = new Map<bigint, boolean>();

  /** Whether a watch on a folder is known to be told of every change in it. `device` is the folder's. */
  async tellChanges(folder: string, device: bigint): Promise<boolean> {
    if (process.platform !== 'linux') return false;
    const known = this.#known.get(device);
    if (known !== undefined) return known;
    const found = await statfs(folder).catch(() => undefined);
    const tells = found !== undefined && thatTell.has(found.type);
    this.#known.set(device, tells);
    return tells;
  }
}
