import { randomUUID } from 'node:crypto';
import { ressursId } from '../../src/application/views/ressurs-ids.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import type { Service } from './service.js';

/** The fiksOrgId of the kommune that the cases send requests to. */
export const bergen = fiksOrgIdOf(organisationNumbered('4601')!);
/** The orgnr of the virksomhet whose systems deliver messages. */
export const vendor = '910753614';

/** Resolves with the answer of a fetch when it is 2xx. Throws an error with its address, status and text otherwise. */
export async function successful(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  return answer;
}

/** A token for the search client of a citizen. `her` is her persona. */
export async function searchToken(running: Service, her: string): Promise<string> {
  const headers = { Authorization: `Bearer ${await running.token(her)}` };
  const answer = await successful(fetch(`${running.address}/innsyn-sok/api/v1/token`, { method: 'POST', headers }));
  return ((await answer.json()) as { readonly token: string }).token;
}

/** Creates an integration in Bergen that may index mapper. Resolves with the headers of its requests. */
export async function integration(running: Service): Promise<Record<string, string>> {
  const token = await running.token('administrator:4601');
  const post = (path: string, body?: object) => {
    const headers = { Authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    return successful(fetch(`${running.address}${path}`, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) }));
  };
  const uuid = randomUUID();
  await post('/konfigurasjon/api/v1/integrasjoner', { uuid, fiksOrganisasjonUuid: bergen, navn: 'Fagsystem', beskrivelse: 'Et fagsystem.', autorisertOrgnr: vendor });
  await post(`/autorisasjon-update/api/v1/ressurs/${ressursId(bergen, 'INNSYN')}/tilganger`, { aktor: uuid, privilegium: 'INNSYN.INDEX.MAPPE' });
  const { passord } = (await (await post(`/konfigurasjon/api/v1/integrasjoner/${uuid}/lagPassord`)).json()) as { readonly passord: string };
  return { Authorization: `Bearer ${await running.token(`virksomhet:${vendor}`)}`, IntegrasjonId: uuid, IntegrasjonPassord: passord, 'content-type': 'application/json' };
}
