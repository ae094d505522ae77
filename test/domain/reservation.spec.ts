import { integration } from '../../src/domain/integrasjon.js';
import type { Claim } from '../../src/domain/kernel/decider.js';
import { organisasjon } from '../../src/domain/organisasjon.js';
import { reservation, type ReservationEvent } from '../../src/domain/reservation.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import { fellesIntegrasjon, kommune, sakssystem } from './examples.js';
import { given, refusal } from '../support/given.js';

const [en, annen] = ['4f5c2a70-8f6b-4f4a-9f5e-3f0f7f1a0a01', '4f5c2a70-8f6b-4f4a-9f5e-3f0f7f1a0a02'];
const reserver = (fiksOrgId: string) => ({ type: 'ReserveValue', data: { fiksOrgId } }) as const;
const reservert = (fiksOrgId: string): ReservationEvent => ({ type: 'ValueReserved', data: { fiksOrgId } });

describe('En verdi som bare én organisasjon kan ha', () => {
  it('tilhører den som får den først', () => {
    given(reservation, []).when(reserver(en)).then([reservert(en)]);
  });

  it('kan reserveres igjen av den som har den, og ikke av andre', () => {
    given(reservation, [reservert(en)]).when(reserver(en)).thenNothing();
    given(reservation, [reservert(en)]).when(reserver(annen)).thenRefused('conflict', 'VERDI_I_BRUK');
  });
});

const values = (claims: readonly Claim[]) => claims.map(({ value }) => value);
const refusedBy = (claims: readonly Claim[]) => claims.map((claim) => () => claim.refuse(en));

describe('Verdiene som bare én organisasjon kan ha', () => {
  it('er id-en til en integrasjon, og koden til en global', () => {
    const own = integration.claims({ type: 'IntegrationCreated', data: sakssystem }, annen);
    const global = integration.claims({ type: 'IntegrationCreated', data: fellesIntegrasjon }, annen);
    expect(values(own)).toEqual([`integrasjon/${annen}`]);
    expect(values(global)).toEqual([`integrasjon/${annen}`, 'integrasjonskode/FELLES_SKJEMA']);
    for (const refused of refusedBy(global)) expect(refused).toThrow(refusal('conflict', 'INTEGRASJON_FINNES'));
    expect(integration.claims({ type: 'IntegrationDeleted', data: {} }, annen)).toEqual([]);
  });

  it('er organisasjonsnummeret innenfor en type, og kommunenummeret', () => {
    const oslo = organisasjon.claims({ type: 'OrganisasjonRegistered', data: { ...kommune, kommunenr: parseKommunenummer('0301') } });
    expect(values(oslo)).toEqual(['organisasjonsnummer/KOMMUNE/910753614', 'kommunenummer/0301']);
    for (const refused of refusedBy(oslo)) expect(refused).toThrow(refusal('conflict', 'ORGANISASJON_FINNES', `Organisasjonen med fiksOrgId ${en} har allerede`));
    const { kommunenr: _, ...uten } = kommune;
    expect(values(organisasjon.claims({ type: 'OrganisasjonRegistered', data: { ...uten, type: 'FYLKESKOMMUNE' } }))).toEqual(['organisasjonsnummer/FYLKESKOMMUNE/910753614']);
    expect(organisasjon.claims({ type: 'HovedavtaleRecorded', data: { signeringsdato: '2026-11-23' } })).toEqual([]);
  });
});
