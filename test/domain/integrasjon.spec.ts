import { integration, lagringsvalg, type IntegrationEvent } from '../../src/domain/integrasjon.js';
import { fold } from '../../src/domain/kernel/decider.js';
import { parseIntegrasjonsnavn } from '../../src/domain/values/text.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { given, openContext, unopenedContext } from '../support/given.js';
import { fellesIntegrasjon, sakssystem, tilknytning } from './examples.js';

const opprettet: IntegrationEvent = { type: 'IntegrationCreated', data: sakssystem };
const fellesOpprettet: IntegrationEvent = { type: 'IntegrationCreated', data: fellesIntegrasjon };
const passord: IntegrationEvent = { type: 'IntegrationPasswordGenerated', data: { passordHash: 'hash-1' } };
const slettet: IntegrationEvent = { type: 'IntegrationDeleted', data: {} };
const mappe = { privilegium: 'INNSYN.INDEX.MAPPE', undertjeneste: 'INNSYN' } as const;
const skjema = { privilegium: 'INNSYN.INDEX.SKJEMA', undertjeneste: 'INNSYN' } as const;
const matrikkel = { privilegium: 'MATRIKKEL.QUERY', undertjeneste: 'MINE_EIENDOMMER' } as const;
const gitt = (data: typeof mappe | typeof skjema | typeof matrikkel): IntegrationEvent => ({ type: 'AccessGranted', data });
const tilknyttet: IntegrationEvent = { type: 'IntegrationAttached', data: tilknytning };
const frakoblet: IntegrationEvent = { type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } };
/** The attachment that the first tilgang in an undertjeneste causes. It precedes the `AccessGranted`. */
const lagtTil = (undertjeneste: 'INNSYN' | 'MINE_EIENDOMMER'): IntegrationEvent => ({
  type: 'IntegrationAttached',
  data: { undertjeneste, integrasjon: { eier: parseUuid(openContext.tenant), navn: sakssystem.navn, global: false }, tilganger: [] },
});
const navn = parseIntegrasjonsnavn('Nytt navn');

const opprett = { type: 'CreateIntegration', data: sakssystem } as const;
const endre = { type: 'ChangeIntegration', data: { navn } } as const;
const lagPassord = { type: 'GenerateIntegrationPassword', data: { passordHash: 'hash-1' } } as const;
const gi = { type: 'GrantAccess', data: mappe } as const;
const ta = { type: 'RevokeAccess', data: mappe } as const;
const koble = { type: 'AttachIntegration', data: tilknytning } as const;
const kobleFra = { type: 'DetachIntegration', data: { undertjeneste: 'INNSYN' } } as const;
const velgLager = { type: 'ChooseDocumentStorage', data: { lagring: 'DOKUMENTLAGER' } } as const;
const slett = { type: 'DeleteIntegration', data: {} } as const;

describe('Integrasjon', () => {
  describe('oppretting og endring', () => {
    it('en integrasjon blir opprettet', () => {
      given(integration, []).when(opprett).then([opprettet]);
    });

    it('den som opprettet den, blir husket til den er slettet', () => {
      const av = (actor: string, event: IntegrationEvent) => ({ ...event, metadata: { actor } });
      const history = [av('person:kari', opprettet), av('person:ola', passord), av('person:ola', { type: 'IntegrationChanged', data: { navn } })];
      expect(fold(integration, history).createdBy).toBe('person:kari');
      expect(fold(integration, [...history, slettet])).not.toHaveProperty('createdBy');
      expect(fold(integration, [opprettet])).not.toHaveProperty('createdBy');
    });

    it('samme integrasjon en gang til endrer ingenting', () => {
      given(integration, [opprettet]).when(opprett).thenNothing();
      given(integration, [fellesOpprettet])
        .when({ type: 'CreateIntegration', data: structuredClone(fellesIntegrasjon) })
        .thenNothing();
    });

    it('en annen integrasjon kan ikke ta over id-en', () => {
      given(integration, [opprettet])
        .when({ type: 'CreateIntegration', data: { ...sakssystem, navn } })
        .thenRefused('conflict', 'INTEGRASJON_FINNES');
      given(integration, [opprettet])
        .when({ type: 'CreateIntegration', data: fellesIntegrasjon })
        .thenRefused('conflict', 'INTEGRASJON_FINNES');
      given(integration, [tilknyttet]).when(opprett).thenRefused('conflict', 'INTEGRASJON_FINNES');
    });

    it('bare de feltene som er oppgitt og er nye, blir endret', () => {
      given(integration, [opprettet])
        .when({ type: 'ChangeIntegration', data: { navn, beskrivelse: sakssystem.beskrivelse } })
        .then([{ type: 'IntegrationChanged', data: { navn } }]);
    });

    it.each([{}, sakssystem, { navn: undefined }])('en endring uten noe nytt endrer ingenting: %j', (data) => {
      given(integration, [opprettet]).when({ type: 'ChangeIntegration', data }).thenNothing();
    });

    it('en endring beholder de andre feltene', () => {
      given(integration, [opprettet, { type: 'IntegrationChanged', data: { navn } }])
        .when({ type: 'ChangeIntegration', data: { ...sakssystem, navn } })
        .thenNothing();
    });
  });

  describe('passord', () => {
    it('et passord blir laget; bare avtrykket lagres', () => {
      given(integration, [opprettet]).when(lagPassord).then([passord]);
    });

    it('samme avtrykk en gang til endrer ingenting', () => {
      given(integration, [opprettet, passord]).when(lagPassord).thenNothing();
    });

    it('et nytt passord erstatter det gamle', () => {
      const nytt: IntegrationEvent = { type: 'IntegrationPasswordGenerated', data: { passordHash: 'hash-2' } };
      given(integration, [opprettet, passord])
        .when({ type: 'GenerateIntegrationPassword', data: nytt.data })
        .then([nytt]);
    });
  });

  describe('tilganger', () => {
    it('en integrasjon får flere tilganger', () => {
      given(integration, [opprettet, lagtTil('INNSYN')]).when(gi).then([gitt(mappe)]);
      given(integration, [opprettet, lagtTil('INNSYN'), gitt(mappe)]).when({ type: 'GrantAccess', data: skjema }).then([gitt(skjema)]);
    });

    it('en tilgang i en undertjeneste legger også integrasjonen til der', () => {
      given(integration, [opprettet]).when(gi).then([lagtTil('INNSYN'), gitt(mappe)]);
      given(integration, [opprettet, lagtTil('INNSYN'), gitt(mappe)])
        .when({ type: 'GrantAccess', data: matrikkel })
        .then([lagtTil('MINE_EIENDOMMER'), gitt(matrikkel)]);
    });

    it('en egen felles integrasjon legges til som felles, og bare med tilgangen den får', () => {
      const data = { undertjeneste: 'INNSYN', integrasjon: { eier: parseUuid(openContext.tenant), navn: fellesIntegrasjon.navn, global: true }, tilganger: [] } as const;
      given(integration, [fellesOpprettet]).when(gi).then([{ type: 'IntegrationAttached', data }, gitt(mappe)]);
    });

    it('den som har fått en tilgang før tilgangen la til, er også lagt til: den kobles fra, og tilgangen tar slutt', () => {
      given(integration, [opprettet, gitt(mappe)]).when(kobleFra).then([frakoblet]);
      given(integration, [opprettet, gitt(mappe), frakoblet]).when(ta).thenNothing();
      given(integration, [opprettet, gitt(mappe)])
        .when({ type: 'AttachIntegration', data: { ...tilknytning, integrasjon: { ...tilknytning.integrasjon, global: false } } })
        .thenNothing();
    });

    it('den er fortsatt lagt til når den siste tilgangen er tatt bort', () => {
      given(integration, [opprettet, lagtTil('INNSYN'), gitt(mappe), { type: 'AccessRevoked', data: mappe }]).when(kobleFra).then([frakoblet]);
    });

    it('samme tilgang kan ikke gis to ganger', () => {
      given(integration, [opprettet, gitt(mappe)]).when(gi).thenNothing();
    });

    it('en tilgang blir tatt bort', () => {
      given(integration, [opprettet, gitt(mappe), gitt(skjema)])
        .when(ta)
        .then([{ type: 'AccessRevoked', data: mappe }]);
    });

    it('de andre tilgangene blir stående når én blir tatt bort', () => {
      const history = [opprettet, gitt(mappe), gitt(skjema), { type: 'AccessRevoked', data: mappe } as const];
      given(integration, history).when({ type: 'GrantAccess', data: skjema }).thenNothing();
      given(integration, history).when(gi).then([gitt(mappe)]);
    });

    it('en tilgang som integrasjonen ikke har, kan tas bort uten at noe endres', () => {
      given(integration, [opprettet, gitt(skjema)]).when(ta).thenNothing();
    });

    it('en tilgang for personer kan ikke gis til en integrasjon', () => {
      given(integration, [opprettet])
        .when({ type: 'GrantAccess', data: { privilegium: 'ADMIN', undertjeneste: 'INNSYN' } })
        .thenRefused('conflict', 'TILGANG_PASSER_IKKE_AKTOR');
    });

    it.each([
      { ...mappe, undertjeneste: 'MINE_EIENDOMMER' },
      { ...mappe, undertjeneste: 'KOMMUNALE_TJENESTER' },
      { ...matrikkel, undertjeneste: 'INNSYN' },
    ] as const)('$privilegium hører ikke til $undertjeneste', (data) => {
      given(integration, [opprettet])
        .when({ type: 'GrantAccess', data })
        .thenRefused('conflict', 'TILGANG_PASSER_IKKE_UNDERTJENESTE');
    });

    it('en felles integrasjon får tilganger bare der den er lagt til', () => {
      given(integration, [tilknyttet]).when(gi).then([gitt(mappe)]);
      given(integration, [tilknyttet])
        .when({ type: 'GrantAccess', data: matrikkel })
        .thenRefused('conflict', 'INTEGRASJON_IKKE_TILKNYTTET');
    });
  });

  describe('tilgjengelige integrasjoner', () => {
    it('en felles integrasjon legges til, med tilgangene den bringer med seg', () => {
      given(integration, []).when(koble).then([tilknyttet]);
      given(integration, [tilknyttet]).when({ type: 'GrantAccess', data: skjema }).thenNothing();
    });

    it('bare tilganger som passer undertjenesten, følger med', () => {
      given(integration, [])
        .when({
          type: 'AttachIntegration',
          data: { ...tilknytning, tilganger: ['INNSYN.INDEX.SKJEMA', 'MATRIKKEL.QUERY', 'ADMIN'] },
        })
        .then([tilknyttet]);
    });

    it('organisasjonens egen integrasjon legges til', () => {
      const data = {
        undertjeneste: 'INNSYN',
        integrasjon: { ...tilknytning.integrasjon, navn: sakssystem.navn, global: false },
        tilganger: [],
      } as const;
      given(integration, [opprettet])
        .when({ type: 'AttachIntegration', data })
        .then([{ type: 'IntegrationAttached', data }]);
    });

    it('en integrasjon som verken er egen eller felles, finnes ikke', () => {
      given(integration, [])
        .when({
          type: 'AttachIntegration',
          data: { ...tilknytning, integrasjon: { ...tilknytning.integrasjon, global: false } },
        })
        .thenRefused('missing', 'IKKE_FUNNET');
    });

    it('en integrasjon som er lagt til, kan ikke legges til igjen i samme undertjeneste', () => {
      given(integration, [tilknyttet]).when(koble).thenNothing();
    });

    it('samme integrasjon kan legges til i flere undertjenester', () => {
      const data = { ...tilknytning, undertjeneste: 'MINE_EIENDOMMER', tilganger: ['MATRIKKEL.QUERY'] } as const;
      given(integration, [tilknyttet])
        .when({ type: 'AttachIntegration', data })
        .then([{ type: 'IntegrationAttached', data }]);
    });

    it('en integrasjon legges til og får tilganger i én handling', () => {
      const data = { ...tilknytning, integrasjon: { ...tilknytning.integrasjon, navn: sakssystem.navn, global: false }, tilganger: [] };
      const bestilt = { type: 'AttachIntegration', data: { ...data, gi: ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA'] } } as const;
      const alt: IntegrationEvent = { type: 'IntegrationAttached', data: { ...data, tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA'] } };
      given(integration, [opprettet]).when(bestilt).then([alt]);
      given(integration, [opprettet, alt]).when(bestilt).thenNothing();
      given(integration, [opprettet, gitt(mappe)]).when(bestilt).then([gitt(skjema)]);
      const gjentatt = { ...bestilt, data: { ...bestilt.data, gi: [...bestilt.data.gi, ...bestilt.data.gi] } };
      given(integration, [opprettet]).when(gjentatt).then([alt]);
      given(integration, [opprettet, gitt(mappe)]).when(gjentatt).then([gitt(skjema)]);
    });

    it('en tilgang som ikke passer undertjenesten, stopper hele handlingen', () => {
      for (const tatt of [[], [tilknyttet]]) {
        given(integration, tatt)
          .when({ type: 'AttachIntegration', data: { ...tilknytning, gi: ['MATRIKKEL.QUERY'] } })
          .thenRefused('conflict', 'TILGANG_PASSER_IKKE_UNDERTJENESTE');
        given(integration, tatt)
          .when({ type: 'AttachIntegration', data: { ...tilknytning, gi: ['ADMIN'] } })
          .thenRefused('conflict', 'TILGANG_PASSER_IKKE_AKTOR');
      }
    });

    it('en felles integrasjon legges bare til der den hører hjemme', () => {
      const data = { ...tilknytning, tilbysUnder: ['MINE_EIENDOMMER'] } as const;
      given(integration, []).when({ type: 'AttachIntegration', data }).thenRefused('conflict', 'INTEGRASJON_PASSER_IKKE_UNDERTJENESTE');
      // Older logs have such attachments. A repeat changes nothing.
      given(integration, [tilknyttet]).when({ type: 'AttachIntegration', data }).thenNothing();
    });

    it('en integrasjon blir koblet fra, og tilgangene i undertjenesten tar slutt', () => {
      given(integration, [tilknyttet]).when(kobleFra).then([frakoblet]);
      given(integration, [opprettet, tilknyttet, gitt(mappe), frakoblet])
        .when({ type: 'RevokeAccess', data: mappe })
        .thenNothing();
      given(integration, [opprettet, tilknyttet, gitt(mappe), frakoblet]).when(gi).then([lagtTil('INNSYN'), gitt(mappe)]);
    });

    it('frakobling lar tilganger i andre undertjenester stå', () => {
      given(integration, [opprettet, gitt(matrikkel), tilknyttet, frakoblet])
        .when({ type: 'GrantAccess', data: matrikkel })
        .thenNothing();
    });

    it('frakobling lar tilknytninger i andre undertjenester stå', () => {
      const data = { ...tilknytning, undertjeneste: 'MINE_EIENDOMMER', tilganger: [] } as const;
      given(integration, [tilknyttet, { type: 'IntegrationAttached', data }, frakoblet])
        .when({ type: 'AttachIntegration', data })
        .thenNothing();
    });

    it('det som er koblet fra, eller aldri lagt til, kan kobles fra uten at noe endres', () => {
      given(integration, [tilknyttet, frakoblet]).when(kobleFra).thenNothing();
      given(integration, [opprettet]).when(kobleFra).thenNothing();
    });

    it('det som er koblet fra, kan legges til igjen', () => {
      given(integration, [tilknyttet, frakoblet]).when(koble).then([tilknyttet]);
    });

    it.each([gi, ta, velgLager, slett])('en felles integrasjon som er koblet fra, finnes ikke for $type', (command) => {
      given(integration, [tilknyttet, frakoblet]).when(command).thenRefused('missing', 'IKKE_FUNNET');
    });

    it.each([endre, lagPassord, slett])('en annens integrasjon kan ikke styres herfra med $type', (command) => {
      given(integration, [tilknyttet]).when(command).thenRefused('conflict', 'INTEGRASJON_EIES_AV_ANDRE');
    });
  });

  describe('lagring av dokumenter', () => {
    it.each(lagringsvalg)('lagring i %s blir valgt én gang', (lagring) => {
      const valgt: IntegrationEvent = { type: 'DocumentStorageChosen', data: { lagring } };
      given(integration, [opprettet]).when({ type: 'ChooseDocumentStorage', data: { lagring } }).then([valgt]);
      given(integration, [opprettet, valgt]).when({ type: 'ChooseDocumentStorage', data: { lagring } }).thenNothing();
    });

    it('valget kan gjøres om', () => {
      given(integration, [tilknyttet, { type: 'DocumentStorageChosen', data: { lagring: 'FAGSYSTEM' } }])
        .when(velgLager)
        .then([{ type: 'DocumentStorageChosen', data: { lagring: 'DOKUMENTLAGER' } }]);
    });
  });

  describe('sletting', () => {
    it('en integrasjon blir slettet', () => {
      given(integration, [opprettet, gitt(mappe)]).when(slett).then([slettet]);
    });

    it('en slettet integrasjon kan slettes igjen uten at noe endres', () => {
      given(integration, [opprettet, slettet]).when(slett).thenNothing();
    });

    it('alle tilganger, tilknytninger og passord tar slutt', () => {
      const state = fold(integration, [opprettet, tilknyttet, gitt(mappe), passord, slettet]);
      expect(state.tilganger.size).toBe(0);
      expect(state.attached.size).toBe(0);
      expect(state).not.toHaveProperty('passordHash');
    });

    it.each([opprett, endre, lagPassord, gi, ta, koble, kobleFra, velgLager])(
      'en slettet integrasjon finnes ikke for $type',
      (command) => {
        given(integration, [opprettet, slettet]).when(command).thenRefused('missing', 'IKKE_FUNNET');
      },
    );
  });

  it.each([endre, lagPassord, gi, ta, kobleFra, velgLager, slett])(
    'en ukjent integrasjon finnes ikke for $type',
    (command) => {
      given(integration, []).when(command).thenRefused('missing', 'IKKE_FUNNET');
    },
  );

  describe('før tjenestevedlegget er signert', () => {
    it.each([opprett, endre, lagPassord, gi, koble, velgLager])('avvises $type', (command) => {
      given(integration, [], unopenedContext).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
    });

    it('kan en felles integrasjon opprettes, endres, få passord og slettes', () => {
      given(integration, [], unopenedContext)
        .when({ type: 'CreateIntegration', data: fellesIntegrasjon })
        .then([fellesOpprettet]);
      given(integration, [fellesOpprettet], unopenedContext)
        .when(endre)
        .then([{ type: 'IntegrationChanged', data: { navn } }]);
      given(integration, [fellesOpprettet], unopenedContext)
        .when(lagPassord)
        .then([{ type: 'IntegrationPasswordGenerated', data: lagPassord.data }]);
      given(integration, [fellesOpprettet], unopenedContext).when(slett).then([slettet]);
      given(integration, [fellesOpprettet, slettet], unopenedContext).when(slett).thenNothing();
    });

    it.each([gi, koble, velgLager])('kan en felles integrasjon ikke tas i bruk med $type', (command) => {
      given(integration, [fellesOpprettet], unopenedContext)
        .when(command)
        .thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
    });

    it('kan tilganger tas bort, og en integrasjon kobles fra og slettes', () => {
      const brukt = [opprettet, gitt(mappe)];
      given(integration, brukt, unopenedContext).when(ta).then([{ type: 'AccessRevoked', data: mappe }]);
      given(integration, brukt, unopenedContext).when(kobleFra).then([frakoblet]);
      given(integration, brukt, unopenedContext).when(slett).then([slettet]);
    });
  });

  describe('oppsett i ett', () => {
    const oppsett = { ...sakssystem, undertjeneste: 'INNSYN', tilganger: ['INNSYN.INDEX.MAPPE'], lagring: 'DOKUMENTLAGER' } as const;
    const settOpp = { type: 'SetUpIntegration', data: oppsett } as const;
    const brukt: IntegrationEvent = {
      type: 'IntegrationAttached',
      data: { undertjeneste: 'INNSYN', integrasjon: { eier: parseUuid(openContext.tenant), navn: sakssystem.navn, global: false }, tilganger: ['INNSYN.INDEX.MAPPE'] },
    };
    const lagret: IntegrationEvent = { type: 'DocumentStorageChosen', data: { lagring: 'DOKUMENTLAGER' } };

    it('integrasjonen blir opprettet, lagt til, og får tilganger og lagring', () => {
      given(integration, []).when(settOpp).then([opprettet, brukt, lagret]);
      const { lagring: _ingen, ...uten } = oppsett;
      given(integration, []).when({ type: 'SetUpIntegration', data: uten }).then([opprettet, brukt]);
    });

    it('et forsøk til gir bare det som mangler', () => {
      given(integration, [opprettet]).when(settOpp).then([brukt, lagret]);
      given(integration, [opprettet, brukt]).when({ type: 'SetUpIntegration', data: { ...oppsett, navn, tilganger: ['INNSYN.INDEX.SKJEMA'] } }).then([{ type: 'IntegrationChanged', data: { navn } }, gitt(skjema), lagret]);
    });

    it('alt blir avvist når noe av det blir det', () => {
      given(integration, []).when({ type: 'SetUpIntegration', data: { ...oppsett, tilganger: ['INNSYN.INDEX.MAPPE', 'MATRIKKEL.QUERY'] } }).thenRefused('conflict', 'TILGANG_PASSER_IKKE_UNDERTJENESTE');
      given(integration, []).when({ type: 'SetUpIntegration', data: { ...oppsett, tilganger: ['ADMIN'] } }).thenRefused('conflict', 'TILGANG_PASSER_IKKE_AKTOR');
      given(integration, [], unopenedContext).when(settOpp).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
      given(integration, [opprettet, slettet]).when(settOpp).thenRefused('missing', 'IKKE_FUNNET');
      given(integration, [{ ...tilknyttet }]).when(settOpp).thenRefused('conflict', 'INTEGRASJON_EIES_AV_ANDRE');
    });
  });
});
