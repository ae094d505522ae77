import { organisasjon, type OrganisasjonEvent } from '../../src/domain/organisasjon.js';
import { parseOrganisasjonsnavn } from '../../src/domain/values/text.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';
import { given, openStatus } from '../support/given.js';
import { kari, kommune, ola, signeringsdato, uavklartKommune } from './examples.js';

const registrert: OrganisasjonEvent = { type: 'OrganisasjonRegistered', data: kommune };
const harHovedavtale: OrganisasjonEvent = { type: 'HovedavtaleRecorded', data: { signeringsdato } };
const kariUtnevnt: OrganisasjonEvent = { type: 'AdministratorAppointed', data: { personId: kari } };
const olaUtnevnt: OrganisasjonEvent = { type: 'AdministratorAppointed', data: { personId: ola } };

describe('Organisasjon', () => {
  describe('registrering', () => {
    const registrer = { type: 'RegisterOrganisasjon', data: kommune } as const;

    it('en kommune blir registrert', () => {
      given(organisasjon, []).when(registrer).then([registrert]);
    });

    it('samme registrering en gang til endrer ingenting', () => {
      given(organisasjon, [registrert]).when(registrer).thenNothing();
    });

    it('en registrert organisasjon kan ikke registreres på nytt med andre opplysninger', () => {
      const navn = parseOrganisasjonsnavn('Et annet navn');
      given(organisasjon, [registrert])
        .when({ type: 'RegisterOrganisasjon', data: { ...kommune, navn } })
        .thenRefused('conflict', 'ORGANISASJON_FINNES');
    });

    it('en kommune må ha kommunenummer', () => {
      given(organisasjon, [])
        .when({ type: 'RegisterOrganisasjon', data: uavklartKommune })
        .thenRefused('invalid', 'KOMMUNENUMMER_MANGLER');
    });

    it('bare en kommune kan ha kommunenummer', () => {
      const fylkeskommune = { ...uavklartKommune, type: 'FYLKESKOMMUNE' } as const;
      given(organisasjon, [])
        .when({ type: 'RegisterOrganisasjon', data: fylkeskommune })
        .then([{ type: 'OrganisasjonRegistered', data: fylkeskommune }]);
      given(organisasjon, [])
        .when({ type: 'RegisterOrganisasjon', data: { ...kommune, type: 'FYLKESKOMMUNE' } })
        .thenRefused('invalid', 'KOMMUNENUMMER_IKKE_TILLATT');
    });
  });

  describe('hovedavtale', () => {
    const registrerAvtale = { type: 'RecordHovedavtale', data: { signeringsdato } } as const;

    it('hovedavtalen blir registrert', () => {
      given(organisasjon, [registrert]).when(registrerAvtale).then([harHovedavtale]);
    });

    it('hovedavtalen kan ikke registreres to ganger', () => {
      given(organisasjon, [registrert, harHovedavtale]).when(registrerAvtale).thenNothing();
    });
  });

  describe('administratorer', () => {
    it('en person blir utnevnt til administrator', () => {
      given(organisasjon, [registrert])
        .when({ type: 'AppointAdministrator', data: { personId: kari } })
        .then([kariUtnevnt]);
    });

    it('den som allerede er administrator, kan ikke utnevnes igjen', () => {
      given(organisasjon, [registrert, kariUtnevnt])
        .when({ type: 'AppointAdministrator', data: { personId: kari } })
        .thenNothing();
    });

    it('en av to administratorer kan fjernes', () => {
      given(organisasjon, [registrert, kariUtnevnt, olaUtnevnt])
        .when({ type: 'DismissAdministrator', data: { personId: kari } })
        .then([{ type: 'AdministratorDismissed', data: { personId: kari } }]);
    });

    it('den siste administratoren kan ikke fjernes', () => {
      given(organisasjon, [registrert, kariUtnevnt])
        .when({ type: 'DismissAdministrator', data: { personId: kari } })
        .thenRefused('conflict', 'SISTE_ADMINISTRATOR');
      given(organisasjon, [registrert, kariUtnevnt, olaUtnevnt, { type: 'AdministratorDismissed', data: { personId: kari } }])
        .when({ type: 'DismissAdministrator', data: { personId: ola } })
        .thenRefused('conflict', 'SISTE_ADMINISTRATOR');
    });

    it('den som ikke er administrator, kan fjernes uten at noe endres', () => {
      given(organisasjon, [registrert, kariUtnevnt])
        .when({ type: 'DismissAdministrator', data: { personId: ola } })
        .thenNothing();
    });

    it('den som er fjernet, kan utnevnes igjen', () => {
      given(organisasjon, [
        registrert,
        kariUtnevnt,
        olaUtnevnt,
        { type: 'AdministratorDismissed', data: { personId: kari } },
      ])
        .when({ type: 'AppointAdministrator', data: { personId: kari } })
        .then([kariUtnevnt]);
    });
  });

  describe('revisorer', () => {
    const utnevn = { type: 'AppointRevisor', data: { personId: kari } } as const;
    const kariReviderer: OrganisasjonEvent = { type: 'RevisorAppointed', data: { personId: kari } };
    const kariFjernet: OrganisasjonEvent = { type: 'RevisorDismissed', data: { personId: kari } };

    it('en person blir utnevnt til revisor, én gang', () => {
      given(organisasjon, [registrert, olaUtnevnt]).when(utnevn).then([kariReviderer]);
      given(organisasjon, [registrert, kariReviderer]).when(utnevn).thenNothing();
    });

    it('også den eneste revisoren kan fjernes, og utnevnes igjen', () => {
      given(organisasjon, [registrert, kariReviderer]).when({ type: 'DismissRevisor', data: { personId: kari } }).then([kariFjernet]);
      given(organisasjon, [registrert, kariReviderer, kariFjernet]).when(utnevn).then([kariReviderer]);
    });

    it('den som ikke er revisor, kan fjernes uten at noe endres', () => {
      given(organisasjon, [registrert, kariReviderer, olaUtnevnt]).when({ type: 'DismissRevisor', data: { personId: ola } }).thenNothing();
    });

    it('den som administrerer organisasjonen eller en undertjeneste, kan ikke revidere den', () => {
      given(organisasjon, [registrert, kariUtnevnt, olaUtnevnt]).when(utnevn).thenRefused('conflict', 'REVISOR_IKKE_UAVHENGIG');
      for (const undertjeneste of undertjenester) {
        const organisation = { ...openStatus, isTjenesteadministrator: (id: string, one: string) => id === kari && one === undertjeneste };
        given(organisasjon, [registrert], { organisation }).when(utnevn).thenRefused('conflict', 'REVISOR_IKKE_UAVHENGIG');
        given(organisasjon, [registrert], { organisation })
          .when({ type: 'AppointRevisor', data: { personId: ola } })
          .then([{ type: 'RevisorAppointed', data: { personId: ola } }]);
      }
    });

    it('den som reviderer organisasjonen, kan ikke bli administrator før hun er fjernet', () => {
      const administrer = { type: 'AppointAdministrator', data: { personId: kari } } as const;
      given(organisasjon, [registrert, kariReviderer]).when(administrer).thenRefused('conflict', 'REVISOR_IKKE_UAVHENGIG');
      given(organisasjon, [registrert, kariReviderer, kariFjernet]).when(administrer).then([kariUtnevnt]);
    });
  });

  it.each([
    { type: 'RecordHovedavtale', data: { signeringsdato } },
    { type: 'AppointAdministrator', data: { personId: kari } },
    { type: 'DismissAdministrator', data: { personId: kari } },
    { type: 'AppointRevisor', data: { personId: kari } },
    { type: 'DismissRevisor', data: { personId: kari } },
  ] as const)('en ukjent organisasjon finnes ikke for $type', (command) => {
    given(organisasjon, []).when(command).thenRefused('missing', 'IKKE_FUNNET');
  });
});
