import { standingOf } from '../../src/application/commands/standings.js';
import { integration, type IntegrationEvent } from '../../src/domain/integrasjon.js';
import { fold } from '../../src/domain/kernel/decider.js';
import { organisasjon } from '../../src/domain/organisasjon.js';
import { requireOpen } from '../../src/domain/standing.js';
import { tjeneste } from '../../src/domain/tjeneste.js';
import { refusal } from '../support/given.js';
import { kari, kommune, ola, ressurser, sakssystem, signering, signeringsdato } from './examples.js';

const startetAv = 'person:kari';
const org = fold(organisasjon, [
  { type: 'OrganisasjonRegistered', data: kommune },
  { type: 'HovedavtaleRecorded', data: { signeringsdato } },
  { type: 'AdministratorAppointed', data: { personId: kari } },
]);
const usignert = fold(tjeneste, [
  { type: 'TjenesteAdopted', data: { ressurser } },
  { type: 'TjenestevedleggSigningStarted', data: { ...signering, startetAv } },
]);
const signert = fold(tjeneste, [
  { type: 'TjenestevedleggSigned', data: { ...signering, signertAv: startetAv, signeringsdato } },
  { type: 'TjenesteadministratorAdded', data: { undertjeneste: 'INNSYN', personId: ola } },
]);

describe('Hvor en organisasjon står', () => {
  it('en organisasjon som ikke er registrert, har ingenting', () => {
    const standing = standingOf(organisasjon.initialState, tjeneste.initialState);
    expect(standing).toMatchObject({ harHovedavtale: false, tjenestevedleggSigned: false });
    expect(standing).not.toHaveProperty('type');
    expect(standing.isAdministrator(kari)).toBe(false);
  });

  it('undertjenestene er lukket til tjenestevedlegget er signert', () => {
    expect(() => { requireOpen(standingOf(org, usignert)); }).toThrow(refusal('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT'));
    expect(() => { requireOpen(standingOf(org, signert)); }).not.toThrow();
  });

  it('type, hovedavtale og administratorer kommer fra organisasjonen', () => {
    const standing = standingOf(org, signert);
    expect(standing).toMatchObject({ type: 'KOMMUNE', harHovedavtale: true });
    expect(standing.isAdministrator(kari)).toBe(true);
    expect(standing.isAdministrator(ola)).toBe(false);
  });

  it('en integrasjon holder det den har fått, så lenge den er der', () => {
    const created: IntegrationEvent = { type: 'IntegrationCreated', data: sakssystem };
    const [mappe, skjema] = (['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA'] as const).map(
      (privilegium): IntegrationEvent => ({ type: 'AccessGranted', data: { privilegium, undertjeneste: 'INNSYN' } }),
    );
    const standing = standingOf(org, signert, new Map([
      ['begge', fold(integration, [created, mappe!, skjema!])],
      ['en', fold(integration, [created, skjema!])],
      ['slettet', fold(integration, [created, mappe!, { type: 'IntegrationDeleted', data: {} }])],
    ]));
    const ids = ['begge', 'en', 'slettet', 'ukjent'];
    expect(ids.map((id) => standing.knowsIntegration(id))).toEqual([true, true, false, false]);
    expect(ids.map((id) => standing.integrationHolds(id, 'INNSYN.INDEX.MAPPE'))).toEqual([true, false, false, false]);
    expect(ids.map((id) => standing.integrationHolds(id, 'INNSYN.INDEX.SKJEMA'))).toEqual([true, true, false, false]);
  });

  it('en tjenesteadministrator er det bare for sin egen undertjeneste', () => {
    const standing = standingOf(org, signert);
    expect(standing.isTjenesteadministrator(ola, 'INNSYN')).toBe(true);
    expect(standing.isTjenesteadministrator(ola, 'MINE_EIENDOMMER')).toBe(false);
    expect(standing.isTjenesteadministrator(kari, 'INNSYN')).toBe(false);
  });
});
