import { Command } from 'commander';
import { leavingHead } from '../audit/head-posting.ts';
import { findSigner } from '../audit/signer.ts';
import { AppError } from '../kernel/errors.ts';
import { atWork } from './at-work.ts';
import type { CliCommand } from './cli.ts';

export const auditHead: CliCommand = (cli) =>
  new Command('head')
    .description('print where the chain ends now, signed, to be kept elsewhere')
    .option('--json', 'print it as JSON, with the public key that it was signed with')
    .action(async ({ json }: { json?: boolean }) => {
      const { leaving, signer } = await atWork(cli, async ({ store, secrets }) => ({
        leaving: await leavingHead(store),
        signer: await findSigner(store, secrets),
      }));
      if (!leaving || !signer) throw new AppError('not_found', 'nothing was chained yet');
      const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      if (json) cli.printJson({ ...leaving, at: new Date(leaving.at).toISOString(), kid: signer.kid, publicKey });
      else cli.print(leaving.head);
    });
