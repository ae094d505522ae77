import { organisationStatusOf } from '../../src/application/commands/organisation-status-reader.js';
import { organisasjon } from '../../src/domain/organisasjon.js';
import { tjeneste, tjenestekode, type TjenesteEvent } from '../../src/domain/tjeneste.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { given, openContext, openStatus } from '../support/given.js';
import { kari, ola, oppsigelse, ressurser, signering, signeringsdato } from './examples.js';

const { signeringId, versjon } = signering;
const startetAv = 'person:kari';
const nyId = '7d4e1c1b-1d8c-4a2e-8a39-5f5d4a2f1e02';

const tattIBruk: TjenesteEvent = { type: 'TjenesteAdopted', data: { ressurser } };
const startet: TjenesteEvent = { type: 'TjenestevedleggSigningStarted', data: { signeringId, versjon, startetAv } };
const signert: TjenesteEvent = {
  type: 'TjenestevedleggSigned',
  data: { signeringId, versjon, signertAv: startetAv, signeringsdato },
};
const avvist: TjenesteEvent = { type: 'TjenestevedleggRejected', data: { signeringId, versjon } };
const kariInnsyn = { undertjeneste: 'INNSYN', personId: kari } as const;
const sagtOpp: TjenesteEvent = { type: 'TjenestevedleggTerminated', data: oppsigelse };
/** The first moment of the day on which the termination closes the undertjenester. */
const etter = { now: parseInstant('2026-12-31T23:00:00Z') };
const apen = [tattIBruk, startet, signert];
const lagtTil: TjenesteEvent = { type: 'TjenesteadministratorAdded', data: kariInnsyn };

describe('Tjenesten Min kommune', () => {
  it('har den koden som plattformen kjenner', () => {
    expect(tjenestekode).toBe('MIN_KOMMUNE');
  });

  describe('ta i bruk', () => {
    const taIBruk = { type: 'AdoptTjeneste', data: { ressurser } } as const;

    it('en kommune med hovedavtale tar tjenesten i bruk', () => {
      given(tjeneste, []).when(taIBruk).then([tattIBruk]);
    });

    it('en fylkeskommune med hovedavtale tar tjenesten i bruk', () => {
      given(tjeneste, [], { organisation: { ...openStatus, type: 'FYLKESKOMMUNE' } })
        .when(taIBruk)
        .then([tattIBruk]);
    });

    it('tjenesten kan ikke tas i bruk uten hovedavtale', () => {
      given(tjeneste, [], { organisation: { ...openStatus, harHovedavtale: false } })
        .when(taIBruk)
        .thenRefused('conflict', 'HOVEDAVTALE_MANGLER');
    });

    it.each(['UKJENT', 'KOMMUNAL_VIRKSOMHET', 'STATLIG_VIRKSOMHET', 'LEVERANDOR'] as const)(
      'en organisasjon av typen %s kan ikke ta tjenesten i bruk',
      (type) => {
        given(tjeneste, [], { organisation: { ...openStatus, type } })
          .when(taIBruk)
          .thenRefused('conflict', 'TJENESTE_IKKE_TILGJENGELIG');
      },
    );

    it('en organisasjon som ikke er registrert, kan ikke ta tjenesten i bruk', () => {
      given(tjeneste, [], { organisation: organisationStatusOf(organisasjon.initialState, tjeneste.initialState, openContext.now) })
        .when(taIBruk)
        .thenRefused('conflict', 'TJENESTE_IKKE_TILGJENGELIG');
    });

    it('tjenesten kan ikke tas i bruk to ganger', () => {
      given(tjeneste, [tattIBruk]).when(taIBruk).thenNothing();
    });
  });

  describe('signering av tjenestevedlegget', () => {
    const start = { type: 'StartTjenestevedleggSigning', data: signering } as const;
    const registrerSignert = { type: 'RecordTjenestevedleggSigned', data: { signeringId, signeringsdato } } as const;
    const registrerAvvist = { type: 'RecordTjenestevedleggRejected', data: { signeringId } } as const;

    it('signeringen starter, og den som starter den, huskes', () => {
      given(tjeneste, [tattIBruk]).when(start).then([startet]);
    });

    it('tjenesten må tas i bruk før tjenestevedlegget signeres', () => {
      given(tjeneste, []).when(start).thenRefused('conflict', 'TJENESTE_IKKE_TATT_I_BRUK');
    });

    it('samme signering kan ikke startes to ganger', () => {
      given(tjeneste, [tattIBruk, startet]).when(start).thenNothing();
    });

    it('tjenestevedlegget blir signert av den som startet signeringen', () => {
      given(tjeneste, [tattIBruk, startet], { actor: 'signering:posten' }).when(registrerSignert).then([signert]);
    });

    it('tjenestevedlegget blir avvist', () => {
      given(tjeneste, [tattIBruk, startet]).when(registrerAvvist).then([avvist]);
    });

    it('samme signatur kan meldes flere ganger uten at noe endres', () => {
      given(tjeneste, [tattIBruk, startet, signert]).when(registrerSignert).thenNothing();
    });

    it('det første svaret på en signering gjelder', () => {
      given(tjeneste, [tattIBruk, startet, signert]).when(registrerAvvist).thenRefused('conflict', 'SIGNERING_AVSLUTTET');
      given(tjeneste, [tattIBruk, startet, avvist]).when(registrerSignert).thenRefused('conflict', 'SIGNERING_AVSLUTTET');
      given(tjeneste, [tattIBruk, startet, avvist]).when(registrerAvvist).thenNothing();
    });

    it.each([registrerSignert, registrerAvvist])('en ukjent signering finnes ikke for $type', (command) => {
      given(tjeneste, [tattIBruk]).when(command).thenRefused('missing', 'SIGNERING_IKKE_FUNNET');
    });

    it('en signering som er erstattet av en nyere, gjelder ikke lenger', () => {
      const nyere: TjenesteEvent = {
        type: 'TjenestevedleggSigningStarted',
        data: { signeringId: nyId, versjon, startetAv },
      };
      given(tjeneste, [tattIBruk, startet, nyere])
        .when(registrerSignert)
        .thenRefused('missing', 'SIGNERING_IKKE_FUNNET');
    });

    it('et svar på en signering som er erstattet, lar den nyere stå', () => {
      const nyere = { signeringId: nyId, versjon, startetAv };
      given(tjeneste, [tattIBruk, startet, { type: 'TjenestevedleggSigningStarted', data: nyere }, avvist])
        .when({ type: 'RecordTjenestevedleggRejected', data: { signeringId: nyId } })
        .then([{ type: 'TjenestevedleggRejected', data: { signeringId: nyId, versjon } }]);
    });

    it('hver signering som er avsluttet, forblir avsluttet', () => {
      const nyere = { signeringId: nyId, versjon, startetAv };
      given(tjeneste, [
        tattIBruk,
        startet,
        avvist,
        { type: 'TjenestevedleggSigningStarted', data: nyere },
        { type: 'TjenestevedleggRejected', data: { signeringId: nyId, versjon } },
      ])
        .when(start)
        .thenRefused('conflict', 'SIGNERING_AVSLUTTET');
    });

    it('etter en avvisning kan signeringen startes på nytt med en ny id', () => {
      given(tjeneste, [tattIBruk, startet, avvist])
        .when({ type: 'StartTjenestevedleggSigning', data: { signeringId: nyId, versjon } })
        .then([{ type: 'TjenestevedleggSigningStarted', data: { signeringId: nyId, versjon, startetAv } }]);
    });

    it('en avsluttet signering kan ikke startes igjen', () => {
      given(tjeneste, [tattIBruk, startet, avvist]).when(start).thenRefused('conflict', 'SIGNERING_AVSLUTTET');
    });

    it('den versjonen som er signert, signeres ikke igjen', () => {
      given(tjeneste, [tattIBruk, startet, signert])
        .when({ type: 'StartTjenestevedleggSigning', data: { signeringId: nyId, versjon } })
        .thenRefused('conflict', 'TJENESTEVEDLEGG_ALLEREDE_SIGNERT');
    });

    it('en nyere versjon av tjenestevedlegget signeres på nytt', () => {
      const nyVersjon = { signeringId: nyId, versjon: '2.0' };
      const nyStartet: TjenesteEvent = { type: 'TjenestevedleggSigningStarted', data: { ...nyVersjon, startetAv } };
      given(tjeneste, [tattIBruk, startet, signert])
        .when({ type: 'StartTjenestevedleggSigning', data: nyVersjon })
        .then([nyStartet]);
      given(tjeneste, [tattIBruk, startet, signert, nyStartet])
        .when({ type: 'RecordTjenestevedleggSigned', data: { signeringId: nyId, signeringsdato } })
        .then([{ type: 'TjenestevedleggSigned', data: { ...nyVersjon, signertAv: startetAv, signeringsdato } }]);
    });

    it('en ny versjon som avvises, lukker ikke undertjenestene', () => {
      given(tjeneste, [
        tattIBruk,
        startet,
        signert,
        { type: 'TjenestevedleggSigningStarted', data: { signeringId: nyId, versjon: '2.0', startetAv } },
        { type: 'TjenestevedleggRejected', data: { signeringId: nyId, versjon: '2.0' } },
      ])
        .when({ type: 'AddTjenesteadministrator', data: kariInnsyn })
        .then([lagtTil]);
    });
  });

  describe('under undertjenestene', () => {
    it('en undertjeneste blir konfigurert én gang', () => {
      const konfigurer = { type: 'ConfigureTjeneste', data: { kode: 'INNSYN' } } as const;
      given(tjeneste, apen)
        .when(konfigurer)
        .then([{ type: 'TjenesteConfigured', data: { kode: 'INNSYN' } }]);
      given(tjeneste, [...apen, { type: 'TjenesteConfigured', data: { kode: 'INNSYN' } }, { type: 'TjenesteConfigured', data: { kode: 'MIN_KOMMUNE' } }])
        .when(konfigurer)
        .thenNothing();
    });

    it('en tjenesteadministrator blir lagt til i én undertjeneste', () => {
      given(tjeneste, apen).when({ type: 'AddTjenesteadministrator', data: kariInnsyn }).then([lagtTil]);
    });

    it('den som reviderer organisasjonen, kan ikke bli tjenesteadministrator', () => {
      const organisation = { ...openStatus, isRevisor: (id: string) => id === kari };
      given(tjeneste, apen, { organisation })
        .when({ type: 'AddTjenesteadministrator', data: kariInnsyn })
        .thenRefused('conflict', 'REVISOR_IKKE_UAVHENGIG');
    });

    it('den som allerede er tjenesteadministrator, kan ikke legges til igjen', () => {
      given(tjeneste, [...apen, lagtTil]).when({ type: 'AddTjenesteadministrator', data: kariInnsyn }).thenNothing();
    });

    it('tjenesteadministratoren for Innsyn er ikke tjenesteadministrator for Mine eiendommer', () => {
      const eiendommer = { undertjeneste: 'MINE_EIENDOMMER', personId: kari } as const;
      given(tjeneste, [...apen, lagtTil])
        .when({ type: 'AddTjenesteadministrator', data: eiendommer })
        .then([{ type: 'TjenesteadministratorAdded', data: eiendommer }]);
    });

    it('en tjenesteadministrator blir fjernet', () => {
      given(tjeneste, [...apen, lagtTil])
        .when({ type: 'RemoveTjenesteadministrator', data: kariInnsyn })
        .then([{ type: 'TjenesteadministratorRemoved', data: kariInnsyn }]);
    });

    it('de andre tjenesteadministratorene blir stående når én blir lagt til eller fjernet', () => {
      const olaInnsyn = { undertjeneste: 'INNSYN', personId: ola } as const;
      const olaLagtTil: TjenesteEvent = { type: 'TjenesteadministratorAdded', data: olaInnsyn };
      const history = [...apen, lagtTil, olaLagtTil, { type: 'TjenesteadministratorRemoved', data: olaInnsyn } as const];
      given(tjeneste, history).when({ type: 'AddTjenesteadministrator', data: kariInnsyn }).thenNothing();
      given(tjeneste, history).when({ type: 'AddTjenesteadministrator', data: olaInnsyn }).then([olaLagtTil]);
    });

    it('den som ikke er tjenesteadministrator, kan fjernes uten at noe endres', () => {
      given(tjeneste, [...apen, lagtTil])
        .when({ type: 'RemoveTjenesteadministrator', data: { undertjeneste: 'INNSYN', personId: ola } })
        .thenNothing();
    });

    it.each([
      { type: 'ConfigureTjeneste', data: { kode: 'INNSYN' } },
      { type: 'AddTjenesteadministrator', data: kariInnsyn },
    ] as const)('før tjenestevedlegget er signert, og fra dagen det er sagt opp, avvises $type', (command) => {
      given(tjeneste, [tattIBruk, startet]).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
      given(tjeneste, [...apen, sagtOpp], etter).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_OPPSAGT');
    });

    it('rollen som tjenesteadministrator kan tas bort også når undertjenestene er stengt', () => {
      given(tjeneste, [...apen, lagtTil, sagtOpp], etter)
        .when({ type: 'RemoveTjenesteadministrator', data: kariInnsyn })
        .then([{ type: 'TjenesteadministratorRemoved', data: kariInnsyn }]);
    });
  });

  describe('oppsigelse', () => {
    const siOpp = { type: 'TerminateTjenestevedlegg', data: oppsigelse } as const;
    const slett = { type: 'DeleteTjenestevedlegg', data: { signeringId } } as const;
    const slettet: TjenesteEvent = { type: 'TjenestevedleggDeleted', data: { signeringId } };
    const pa = (signeringId: string) => ({ type: 'StartTjenestevedleggSigning', data: { signeringId, versjon } }) as const;
    const senere = { ...oppsigelse, nedkoblingsdato: '2027-02-01' };

    it('tjenestevedlegget blir sagt opp, og datoen kan flyttes til dagen er kommet', () => {
      given(tjeneste, apen).when(siOpp).then([sagtOpp]);
      given(tjeneste, [...apen, sagtOpp]).when({ ...siOpp, data: { ...oppsigelse, forseglet: 'en annen gang' } }).thenNothing();
      given(tjeneste, [...apen, sagtOpp]).when({ ...siOpp, data: senere }).then([{ type: 'TjenestevedleggTerminated', data: senere }]);
      given(tjeneste, [...apen, sagtOpp], etter).when({ ...siOpp, data: senere }).thenRefused('conflict', 'AVTALE_OPPHORT');
    });

    it('tjenestevedlegget kan signeres på nytt etter en oppsigelse, og da er oppsigelsen borte', () => {
      given(tjeneste, [...apen]).when(pa(nyId)).thenRefused('conflict', 'TJENESTEVEDLEGG_ALLEREDE_SIGNERT');
      const igjen: TjenesteEvent[] = [
        { type: 'TjenestevedleggSigningStarted', data: { signeringId: nyId, versjon, startetAv } },
        { type: 'TjenestevedleggSigned', data: { signeringId: nyId, versjon, signertAv: startetAv, signeringsdato } },
      ];
      given(tjeneste, [...apen, sagtOpp], etter).when(pa(nyId)).then([igjen[0]!]);
      given(tjeneste, [...apen, sagtOpp, ...igjen], etter).when({ type: 'ConfigureTjeneste', data: { kode: 'INNSYN' } }).then([{ type: 'TjenesteConfigured', data: { kode: 'INNSYN' } }]);
      given(tjeneste, [...apen, sagtOpp, ...igjen]).when(siOpp).thenRefused('missing', 'IKKE_FUNNET');
    });

    it('signeringsdatoen kan rettes, og avtalen kan slettes', () => {
      const rett = { signeringId, signeringsdato: '2026-11-21' };
      given(tjeneste, apen).when({ type: 'CorrectTjenestevedleggDate', data: rett }).then([{ type: 'TjenestevedleggDateCorrected', data: rett }]);
      given(tjeneste, apen).when(slett).then([slettet]);
      given(tjeneste, [...apen, slettet]).when({ type: 'ConfigureTjeneste', data: { kode: 'INNSYN' } }).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
      given(tjeneste, [...apen, slettet]).when(pa(nyId)).then([{ type: 'TjenestevedleggSigningStarted', data: { signeringId: nyId, versjon, startetAv } }]);
    });

    it.each([siOpp, slett, { type: 'CorrectTjenestevedleggDate', data: { signeringId, signeringsdato } } as const])('en avtale som ikke er signert, finnes ikke for $type', (command) => {
      given(tjeneste, [tattIBruk, startet]).when(command).thenRefused('missing', 'IKKE_FUNNET');
    });
  });
});
