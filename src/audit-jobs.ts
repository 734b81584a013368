import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { chainingJob } from './audit/chaining.ts';
import { deliveringJob } from './audit/delivery.ts';
import { erasureJob } from './audit/erasing.ts';
import type { EventCatalogue } from './audit/event.ts';
import { headPosting } from './audit/head-posting.ts';
import type { HeadReceiver } from './audit/head-posting.ts';
import { liveExport } from './audit/live-export.ts';
import { retentionJob } from './audit/retention.ts';
import { syslogServer } from './audit/syslog-line.ts';
import type { SyslogServer } from './audit/syslog-line.ts';
import type { Config } from './config/schema.ts';
import type { Foundation } from './foundation.ts';
import type { Job } from './kernel/schedule.ts';

type AuditConfig = Config['audit'];

const serverAt = async (url: string, ca: string | undefined): Promise<SyslogServer> =>
  syslogServer(url, ca === undefined ? undefined : await readFile(ca, 'utf8'));

const receiverOf = async ({ mail, syslog, file, ca }: AuditConfig['heads']['to'][number]): Promise<HeadReceiver> => {
  if (syslog !== undefined) return { syslog, server: await serverAt(syslog, ca) };
  return file === undefined ? { mail: mail ?? '' } : { file };
};

/**
 * All that happens to the log by itself.
 *
 * @param stopping ends what is on its way when the server stops
 */
export const auditJobs = async (
  foundation: Foundation,
  catalogue: EventCatalogue,
  stopping: AbortSignal,
): Promise<readonly Job[]> => {
  const { audit: options, locales } = foundation.config;
  const source = { host: hostname(), processId: String(pid) };
  const parts = { ...foundation, source, stopping };
  const heads = await Promise.all(options.heads.to.map(receiverOf));
  const receivers = await Promise.all(
    options.export.map(async ({ syslog: url, ca, personal }) => ({ url, server: await serverAt(url, ca), personal })),
  );
  return [
    chainingJob(foundation),
    retentionJob({ ...foundation, keep: options.keep }),
    erasureJob({ ...foundation, after: options.eraseDeleted }),
    ...heads.map((receiver) =>
      deliveringJob(parts, headPosting({ ...parts, locale: locales.default, every: options.heads.every }, receiver)),
    ),
    ...receivers.map((receiver) => deliveringJob(parts, liveExport({ ...parts, catalogue }, receiver))),
  ];
};
