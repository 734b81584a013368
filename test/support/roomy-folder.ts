import { constants } from 'node:fs';
import { access, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ROOM = 2 * 1024 ** 3;

const parent = async (): Promise<string> => {
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    await access(MEMORY, constants.W_OK);
    return bavail * bsize >= ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
};

/** A new folder for a server's data: in memory where there is room, for tests make hundreds of small files. */
export const roomyFolder = async (name: string): Promise<string> => mkdtemp(join(await parent(), `latchkey-${name}-`));
