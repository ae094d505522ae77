import type { OutputOptions } from '../output.js';
import { orgOption, ServiceClient, ServiceError, serviceOptions, type ServiceOptions } from '../service-client.js';
import type { Trust } from './log-folder.js';

/** The options of an auditor's command on an organisation in the service, or on its downloaded log. */
export const recordOptions = {
  ...serviceOptions('REVISJON_TOKEN'),
  org: { ...orgOption.org, demandOption: false },
  'from-folder': { type: 'string', describe: 'En mappe fra «revisjon export», i stedet for tjenesten. Den blir kontrollert først', conflicts: ['org', 'token-file'] },
  key: { type: 'string', array: true, implies: 'from-folder', describe: 'Nøkler du stoler på, til kontrollen av mappen. Uten dem brukes mappens egen' },
  also: { type: 'string', array: true, implies: 'from-folder', describe: 'Mapper med kontrollpunkter du har tatt vare på' },
} as const;
export interface RecordOptions extends ServiceOptions, Trust {
  readonly org?: string | undefined;
  readonly fromFolder?: string | undefined;
}

/**
 * Opens an organisation's record, in the service or in a folder with its downloaded log, and calls `work` with the client that answers
 * and the fiksOrgId. Throws `ServiceError`, and as `openLogFolder` does.
 */
export async function withRecord<T>(options: RecordOptions & Pick<OutputOptions, 'format'>, work: (client: ServiceClient, org: string) => Promise<T>): Promise<T> {
  const { org, fromFolder } = options;
  if (fromFolder === undefined) {
    if (org === undefined) throw new ServiceError('ORGANISASJON_MANGLER', 'Oppgi organisasjonen med --org, eller en nedlastet logg med --from-folder.');
    const client = new ServiceClient(options);
    return work(client, await client.organisation(org));
  }
  // Loaded only here, because it loads half of the service.
  const { openLogFolder } = await import('./log-folder.js');
  const folder = await openLogFolder(fromFolder, options);
  // With JSON, nothing but refusals is written to stderr.
  if (!options.format.endsWith('json')) process.stderr.write(`${folder.verdict}\n`);
  try {
    return await work(new ServiceClient(folder), folder.fiksOrgId);
  } finally {
    await folder.close();
  }
}
