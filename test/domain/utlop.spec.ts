import { integration, type IntegrationEvent } from '../../src/domain/integrasjon.js';
import { fold } from '../../src/domain/kernel/decider.js';
import { organisasjon, type OrganisasjonEvent } from '../../src/domain/organisasjon.js';
import { organisationStatusOf } from '../../src/application/commands/organisation-status-reader.js';
import { tjeneste, type TjenesteEvent } from '../../src/domain/tjeneste.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { kari, kommune, ola, ressurser, sakssystem, signering, signeringsdato } from './examples.js';
import { given, openContext } from '../support/given.js';

const iDag = '2026-11-23';
const registrert: OrganisasjonEvent = { type: 'OrganisasjonRegistered', data: kommune };
const olaAdministrerer: OrganisasjonEvent = { type: 'AdministratorAppointed', data: { personId: ola } };
const apnet: TjenesteEvent[] = [
  { type: 'TjenesteAdopted', data: { ressurser } },
  { type: 'TjenestevedleggSigningStarted', data: { ...signering, startetAv: 'person:ola' } },
  { type: 'TjenestevedleggSigned', data: { ...signering, signertAv: 'person:ola', signeringsdato } },
];
const iBruk: IntegrationEvent[] = [
  { type: 'IntegrationCreated', data: sakssystem },
  { type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', integrasjon: { eier: openContext.tenant as never, navn: sakssystem.navn, global: false }, tilganger: [] } },
];
const sok = { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK' } as const;
const iInnsyn = { undertjeneste: 'INNSYN', personId: kari } as const;

/** Each kind of tilgang: what is there before it, and the data, the grant, the revocation and the events of it. */
const slag = [
  ['administrator', organisasjon, [registrert, olaAdministrerer], { personId: kari }, 'AppointAdministrator', 'DismissAdministrator', 'AdministratorAppointed', 'AdministratorDismissed'],
  ['revisor', organisasjon, [registrert, olaAdministrerer], { personId: kari }, 'AppointRevisor', 'DismissRevisor', 'RevisorAppointed', 'RevisorDismissed'],
  ['tjenesteadministrator', tjeneste, apnet, iInnsyn, 'AddTjenesteadministrator', 'RemoveTjenesteadministrator', 'TjenesteadministratorAdded', 'TjenesteadministratorRemoved'],
  ['integrasjon', integration, iBruk, sok, 'GrantAccess', 'RevokeAccess', 'AccessGranted', 'AccessRevoked'],
] as const;
const utenRoller = { ...openContext.organisation, isAdministrator: () => false };

describe.each(slag)('En tilgang med utløpsdato: %s', (_, decider, before, hvem, gi, ta, gitt, tatt) => {
  const gitt_ = (utlop?: string) => ({ type: gitt, data: { ...hvem, ...(utlop !== undefined && { utlop }) } }) as never;
  const tidlig = { organisation: utenRoller };
  const pa = (dag: string) => ({ ...tidlig, now: parseInstant(`${dag}T12:00:00Z`) });
  const når = (events: readonly unknown[], command: string, data: object, overrides: object = tidlig) => given(decider as typeof organisasjon, [...before, ...events] as never, overrides).when({ type: command, data: { ...hvem, ...data } } as never);

  it('gis til og med en dag, også i dag, men ikke en dag som er passert', () => {
    for (const utlop of [iDag, '2027-06-30']) når([], gi, { utlop }).then([gitt_(utlop)]);
    når([], gi, { utlop: '2026-11-22' }).thenRefused('invalid', 'UTLOP_PASSERT');
    når([], gi, { utlop: null }).then([gitt_()]);
  });

  it('får en annen dag når noen oppgir den, og beholder dagen når ingen gjør det', () => {
    når([gitt_('2027-06-30')], gi, { utlop: '2027-06-30' }).thenNothing();
    når([gitt_('2027-06-30')], gi, { utlop: '2027-12-31' }).then([gitt_('2027-12-31')]);
    når([gitt_('2027-06-30')], gi, { utlop: null }).then([gitt_()]);
    når([gitt_('2027-06-30')], gi, {}).thenNothing();
    når([gitt_()], gi, { utlop: null }).thenNothing();
  });

  it('kan gis på nytt når den er utløpt, selv om tjenesten ikke har tatt den bort', () => {
    når([gitt_('2026-11-22')], gi, {}).then([gitt_()]);
    når([gitt_('2026-11-22')], gi, { utlop: '2027-01-31' }, pa('2026-11-23')).then([gitt_('2027-01-31')]);
  });

  it('tas bort av tjenesten bare hvis den fremdeles utløper den dagen', () => {
    når([gitt_('2026-11-22')], ta, { utlop: '2026-11-22' }).then([{ type: tatt, data: hvem } as never]);
    når([gitt_('2027-06-30')], ta, { utlop: '2026-11-22' }).thenNothing();
    når([gitt_()], ta, { utlop: '2026-11-22' }).thenNothing();
  });
});

describe('Den siste administratoren', () => {
  const kariTil = (utlop?: string): OrganisasjonEvent => ({ type: 'AdministratorAppointed', data: { personId: kari, ...(utlop !== undefined && { utlop }) } });

  it('kan ikke få utløpsdato, fordi organisasjonen da ville blitt stående uten', () => {
    given(organisasjon, [registrert]).when({ type: 'AppointAdministrator', data: { personId: kari, utlop: '2027-06-30' } }).thenRefused('conflict', 'SISTE_ADMINISTRATOR');
    given(organisasjon, [registrert, olaAdministrerer]).when({ type: 'AppointAdministrator', data: { personId: ola, utlop: '2027-06-30' } }).thenRefused('conflict', 'SISTE_ADMINISTRATOR');
    given(organisasjon, [registrert, olaAdministrerer, kariTil()]).when({ type: 'AppointAdministrator', data: { personId: ola, utlop: '2027-06-30' } }).then([{ type: 'AdministratorAppointed', data: { personId: ola, utlop: '2027-06-30' } }]);
  });

  it('kan ikke fjernes når alle andre har utløpsdato, men de kan fjernes', () => {
    given(organisasjon, [registrert, olaAdministrerer, kariTil('2027-06-30')]).when({ type: 'DismissAdministrator', data: { personId: ola } }).thenRefused('conflict', 'SISTE_ADMINISTRATOR');
    given(organisasjon, [registrert, olaAdministrerer, kariTil('2027-06-30')]).when({ type: 'DismissAdministrator', data: { personId: kari } }).then([{ type: 'AdministratorDismissed', data: { personId: kari } }]);
  });
});

it('ingen har roller eller tilganger etter den siste dagen i Norge', () => {
  const utlop = '2026-11-30';
  const org = fold(organisasjon, [registrert, { type: 'AdministratorAppointed', data: { personId: kari, utlop } }, { type: 'RevisorAppointed', data: { personId: ola, utlop } }]);
  const minKommune = fold(tjeneste, [...apnet, { type: 'TjenesteadministratorAdded', data: { ...iInnsyn, utlop } }]);
  const system = fold(integration, [...iBruk, { type: 'AccessGranted', data: { ...sok, utlop } }]);
  const har = (moment: string) => {
    const organisation = organisationStatusOf(org, minKommune, parseInstant(moment), new Map([['arkiv', system]]));
    return [organisation.isAdministrator(kari), organisation.isRevisor(ola), organisation.isTjenesteadministrator(kari, 'INNSYN'), organisation.integrationHolds('arkiv', 'INNSYN.SOK')];
  };
  expect(har('2026-11-30T22:59:59.999Z')).toEqual([true, true, true, true]);
  expect(har('2026-11-30T23:00:00Z')).toEqual([false, false, false, false]);
});

describe('En tilgangsgjennomgang', () => {
  const beholdt = [{ ressurs: openContext.tenant, aktor: ola, privilegium: 'ADMIN' }] as const;
  const gjennomgatt = (dag: string) => ({ type: 'TilgangerReviewed', data: { dag, beholdt, fjernet: [] } }) as const;
  const gjennomga = { type: 'ReviewTilganger', data: { beholdt, fjernet: [] } } as const;

  it('skrives ned med dagen, og den samme på nytt en annen dag', () => {
    given(organisasjon, [registrert]).when(gjennomga).then([gjennomgatt(iDag)]);
    given(organisasjon, [registrert, gjennomgatt('2026-11-22')]).when(gjennomga).then([gjennomgatt(iDag)]);
    given(organisasjon, [registrert, gjennomgatt(iDag)]).when(gjennomga).thenNothing();
  });

  it('finnes ikke i en organisasjon som ikke er registrert', () => {
    given(organisasjon, []).when(gjennomga).thenRefused('missing', 'IKKE_FUNNET');
  });
});
