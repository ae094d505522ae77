import { organisationStatusOf } from '../../src/application/commands/organisation-status-reader.js';
import { integration, type IntegrationEvent } from '../../src/domain/integrasjon.js';
import { evolve, fold } from '../../src/domain/kernel/decider.js';
import { organisasjon } from '../../src/domain/organisasjon.js';
import { requireOpen } from '../../src/domain/organisation-status.js';
import { tjeneste } from '../../src/domain/tjeneste.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { refusal } from '../support/given.js';
import { kari, kommune, ola, oppsigelse, ressurser, sakssystem, signering, signeringsdato } from './examples.js';

const startetAv = 'person:kari';
const org = fold(organisasjon, [
  { type: 'OrganisasjonRegistered', data: kommune },
  { type: 'HovedavtaleRecorded', data: { signeringsdato } },
  { type: 'AdministratorAppointed', data: { personId: kari } },
  { type: 'RevisorAppointed', data: { personId: ola } },
]);
const usignert = fold(tjeneste, [
  { type: 'TjenesteAdopted', data: { ressurser } },
  { type: 'TjenestevedleggSigningStarted', data: { ...signering, startetAv } },
]);
const signert = fold(tjeneste, [
  { type: 'TjenestevedleggSigned', data: { ...signering, signertAv: startetAv, signeringsdato } },
  { type: 'TjenesteadministratorAdded', data: { undertjeneste: 'INNSYN', personId: ola } },
]);

const now = parseInstant('2026-11-23T12:00:00Z');

describe('Hvor en organisasjon står', () => {
  it('en organisasjon som ikke er registrert, har ingenting', () => {
    const organisation = organisationStatusOf(organisasjon.initialState, tjeneste.initialState, now);
    expect(organisation).toMatchObject({ harHovedavtale: false, tjenestevedleggSigned: false });
    expect(organisation).not.toHaveProperty('type');
    expect(organisation.isAdministrator(kari)).toBe(false);
  });

  it('undertjenestene er lukket til tjenestevedlegget er signert', () => {
    expect(() => { requireOpen({ organisation: organisationStatusOf(org, usignert, now), now }); }).toThrow(refusal('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT'));
    expect(() => { requireOpen({ organisation: organisationStatusOf(org, signert, now), now }); }).not.toThrow();
  });

  it('et tjenestevedlegg som er sagt opp, stenger undertjenestene når dagen begynner i Norge', () => {
    const organisation = organisationStatusOf(org, evolve(tjeneste, signert, { type: 'TjenestevedleggTerminated', data: oppsigelse }), now);
    const open = (at: string) => () => { requireOpen({ organisation, now: parseInstant(at) }); };
    expect(open('2026-12-31T22:59:59.999Z')).not.toThrow();
    expect(open('2026-12-31T23:00:00Z')).toThrow(refusal('conflict', 'TJENESTEVEDLEGG_OPPSAGT'));
  });

  it('type, hovedavtale og administratorer kommer fra organisasjonen', () => {
    const organisation = organisationStatusOf(org, signert, now);
    expect(organisation).toMatchObject({ type: 'KOMMUNE', harHovedavtale: true });
    expect(organisation.isAdministrator(kari)).toBe(true);
    expect(organisation.isAdministrator(ola)).toBe(false);
  });

  it('en revisor er det til hun er fjernet', () => {
    const organisation = organisationStatusOf(org, signert, now);
    expect([kari, ola].map((id) => organisation.isRevisor(id))).toEqual([false, true]);
    const fjernet = evolve(organisasjon, org, { type: 'RevisorDismissed', data: { personId: ola } });
    expect(organisationStatusOf(fjernet, signert, now).isRevisor(ola)).toBe(false);
  });

  it('en integrasjon holder det den har fått, så lenge den er der', () => {
    const created: IntegrationEvent = { type: 'IntegrationCreated', data: sakssystem };
    const [mappe, skjema] = (['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA'] as const).map(
      (privilegium): IntegrationEvent => ({ type: 'AccessGranted', data: { privilegium, undertjeneste: 'INNSYN' } }),
    );
    const organisation = organisationStatusOf(org, signert, now, new Map([
      ['begge', fold(integration, [created, mappe!, skjema!])],
      ['en', fold(integration, [created, skjema!])],
      ['frakoblet', fold(integration, [created, mappe!, { type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }])],
      ['slettet', fold(integration, [created, mappe!, { type: 'IntegrationDeleted', data: {} }])],
    ]));
    const ids = ['begge', 'en', 'frakoblet', 'slettet', 'ukjent'];
    expect(ids.map((id) => organisation.hasIntegration(id, 'INNSYN'))).toEqual([true, true, false, false, false]);
    expect(ids.map((id) => organisation.hasIntegration(id, 'MINE_EIENDOMMER'))).toEqual([false, false, false, false, false]);
    expect(ids.map((id) => organisation.integrationHolds(id, 'INNSYN.INDEX.MAPPE'))).toEqual([true, false, false, false, false]);
    expect(ids.map((id) => organisation.integrationHolds(id, 'INNSYN.INDEX.SKJEMA'))).toEqual([true, true, false, false, false]);
  });

  it('en tjenesteadministrator er det bare for sin egen undertjeneste', () => {
    const organisation = organisationStatusOf(org, signert, now);
    expect(organisation.isTjenesteadministrator(ola, 'INNSYN')).toBe(true);
    expect(organisation.isTjenesteadministrator(ola, 'MINE_EIENDOMMER')).toBe(false);
    expect(organisation.isTjenesteadministrator(kari, 'INNSYN')).toBe(false);
  });
});
