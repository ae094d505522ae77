import { driftsmelding, kategorier, meldingTyper, synlighetOf, type DriftsmeldingEvent } from '../../src/domain/driftsmelding.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import { parseDriftsmeldingstekst } from '../../src/domain/values/text.js';
import { parseTidsperiode } from '../../src/domain/values/tidsperiode.js';
import { given, unopenedContext } from '../support/given.js';
import { melding, meldingMedLenke, nedetid, periode, url, urlTekst } from './examples.js';

const publisert: DriftsmeldingEvent = { type: 'DriftsmeldingPublished', data: nedetid };
const trukket: DriftsmeldingEvent = { type: 'DriftsmeldingWithdrawn', data: {} };
const nyttInnhold = { ...meldingMedLenke, innhold: parseDriftsmeldingstekst('Alt er i orden igjen.') };
const nesteUke = parseTidsperiode({ startDato: '2026-11-30T08:00:00Z', sluttDato: '2026-12-01T08:00:00Z' });

describe('Driftsmelding', () => {
  describe('publisering', () => {
    const publiser = { type: 'PublishDriftsmelding', data: nedetid } as const;

    it('en driftsmelding blir publisert', () => {
      given(driftsmelding, []).when(publiser).then([publisert]);
    });

    it.each(kategorier.flatMap((kategori) => meldingTyper.map((meldingType) => ({ kategori, meldingType }))))(
      'en kort melding kan stå på $kategori som $meldingType, uten lenke og periode',
      ({ kategori, meldingType }) => {
        const kort = { ...melding, kategori, meldingType };
        given(driftsmelding, [])
          .when({ type: 'PublishDriftsmelding', data: kort })
          .then([{ type: 'DriftsmeldingPublished', data: kort }]);
      },
    );

    it('samme melding en gang til endrer ingenting', () => {
      given(driftsmelding, [publisert]).when(publiser).thenNothing();
    });

    it('en annen melding kan ikke ta over id-en', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'PublishDriftsmelding', data: { ...nedetid, kategori: 'SAK' } })
        .thenRefused('conflict', 'DRIFTSMELDING_FINNES');
      given(driftsmelding, [publisert])
        .when({ type: 'PublishDriftsmelding', data: { ...nedetid, ...nesteUke } })
        .thenRefused('conflict', 'DRIFTSMELDING_FINNES');
    });

    it('en melding som er trukket, publiseres ikke igjen under samme id', () => {
      given(driftsmelding, [publisert, trukket]).when(publiser).thenRefused('conflict', 'DRIFTSMELDING_FINNES');
    });

    it('en lenke må ha en lenketekst', () => {
      given(driftsmelding, [])
        .when({ type: 'PublishDriftsmelding', data: { ...melding, url } })
        .thenRefused('invalid', 'LENKE_UTEN_TEKST');
    });

    it('en lenketekst må ha en lenke', () => {
      given(driftsmelding, [])
        .when({ type: 'PublishDriftsmelding', data: { ...melding, urlTekst } })
        .thenRefused('invalid', 'LENKE_UTEN_TEKST');
    });

    it('perioden må slutte etter at den starter', () => {
      const baklengs = { startDato: periode.sluttDato as Instant, sluttDato: periode.startDato as Instant };
      given(driftsmelding, [])
        .when({ type: 'PublishDriftsmelding', data: { ...nedetid, ...baklengs } })
        .thenRefused('invalid', 'UGYLDIG_TIDSPERIODE');
    });
  });

  describe('endring', () => {
    it('innholdet blir endret, og perioden står', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: nyttInnhold })
        .then([{ type: 'DriftsmeldingChanged', data: nyttInnhold }]);
    });

    it('lenken kan fjernes', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: melding })
        .then([{ type: 'DriftsmeldingChanged', data: melding }]);
    });

    it('innhold og periode endres samlet', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: { ...nyttInnhold, periode: nesteUke } })
        .then([
          { type: 'DriftsmeldingChanged', data: nyttInnhold },
          { type: 'DriftsmeldingPeriodChanged', data: nesteUke },
        ]);
    });

    it('bare det som er nytt av innhold og periode, blir endret', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: { ...meldingMedLenke, periode: nesteUke } })
        .then([{ type: 'DriftsmeldingPeriodChanged', data: nesteUke }]);
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: { ...nyttInnhold, periode } })
        .then([{ type: 'DriftsmeldingChanged', data: nyttInnhold }]);
    });

    it('en ugyldig periode stopper også det nye innholdet', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: { ...nyttInnhold, periode: { startDato: periode.sluttDato as Instant, sluttDato: periode.startDato as Instant } } })
        .thenRefused('invalid', 'UGYLDIG_TIDSPERIODE');
    });

    it('samme innhold endrer ingenting', () => {
      given(driftsmelding, [publisert]).when({ type: 'ChangeDriftsmelding', data: meldingMedLenke }).thenNothing();
    });

    it('en endret melding må fortsatt ha både lenke og lenketekst', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmelding', data: { ...melding, url } })
        .thenRefused('invalid', 'LENKE_UTEN_TEKST');
    });

    it('en tidligere melding brukes igjen med ny periode', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmeldingPeriod', data: nesteUke })
        .then([{ type: 'DriftsmeldingPeriodChanged', data: nesteUke }]);
    });

    it('perioden kan fjernes, så meldingen alltid vises', () => {
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmeldingPeriod', data: {} })
        .then([{ type: 'DriftsmeldingPeriodChanged', data: {} }]);
    });

    it('samme periode endrer ingenting', () => {
      given(driftsmelding, [publisert]).when({ type: 'ChangeDriftsmeldingPeriod', data: periode }).thenNothing();
    });

    it('innhold og periode endres hver for seg', () => {
      const endret: DriftsmeldingEvent[] = [
        publisert,
        { type: 'DriftsmeldingChanged', data: nyttInnhold },
        { type: 'DriftsmeldingPeriodChanged', data: nesteUke },
      ];
      given(driftsmelding, endret).when({ type: 'ChangeDriftsmelding', data: nyttInnhold }).thenNothing();
      given(driftsmelding, endret).when({ type: 'ChangeDriftsmeldingPeriod', data: nesteUke }).thenNothing();
      given(driftsmelding, endret)
        .when({ type: 'PublishDriftsmelding', data: { ...nyttInnhold, ...nesteUke } })
        .thenNothing();
    });

    it('en ny periode må slutte etter at den starter', () => {
      const nå = periode.startDato as Instant;
      given(driftsmelding, [publisert])
        .when({ type: 'ChangeDriftsmeldingPeriod', data: { startDato: nå, sluttDato: nå } })
        .thenRefused('invalid', 'UGYLDIG_TIDSPERIODE');
    });
  });

  describe('tilbaketrekking', () => {
    it('en driftsmelding blir trukket tilbake', () => {
      given(driftsmelding, [publisert]).when({ type: 'WithdrawDriftsmelding', data: {} }).then([trukket]);
    });

    it('en melding som er trukket, kan trekkes igjen uten at noe endres', () => {
      given(driftsmelding, [publisert, trukket]).when({ type: 'WithdrawDriftsmelding', data: {} }).thenNothing();
    });
  });

  describe('gjenbruk av en melding som er trukket tilbake', () => {
    it('den vises igjen når den får en ny periode', () => {
      given(driftsmelding, [publisert, trukket])
        .when({ type: 'ChangeDriftsmeldingPeriod', data: nesteUke })
        .then([{ type: 'DriftsmeldingPeriodChanged', data: nesteUke }]);
    });

    it('også når den nye perioden er lik den gamle', () => {
      given(driftsmelding, [publisert, trukket])
        .when({ type: 'ChangeDriftsmeldingPeriod', data: periode })
        .then([{ type: 'DriftsmeldingPeriodChanged', data: periode }]);
    });

    it('teksten kan endres først, og vises ikke før perioden er ny', () => {
      const endret: DriftsmeldingEvent = { type: 'DriftsmeldingChanged', data: nyttInnhold };
      given(driftsmelding, [publisert, trukket]).when({ type: 'ChangeDriftsmelding', data: nyttInnhold }).then([endret]);
      given(driftsmelding, [publisert, trukket, endret]).when({ type: 'WithdrawDriftsmelding', data: {} }).thenNothing();
      const igjen: DriftsmeldingEvent = { type: 'DriftsmeldingPeriodChanged', data: nesteUke };
      given(driftsmelding, [publisert, trukket, endret, igjen])
        .when({ type: 'PublishDriftsmelding', data: { ...nyttInnhold, ...nesteUke } })
        .thenNothing();
      given(driftsmelding, [publisert, trukket, igjen]).when({ type: 'WithdrawDriftsmelding', data: {} }).then([trukket]);
    });
  });

  it.each([
    ['SYNLIG', '2026-11-23T07:00:00Z', {}],
    ['KOMMENDE', '2026-11-23T06:59:59.999Z', {}],
    ['TIDLIGERE', '2026-11-24T07:00:00Z', {}],
    ['TIDLIGERE', '2026-11-23T07:00:00Z', { trukketTilbake: true }],
    ['TIDLIGERE', '2026-11-23T06:00:00Z', { trukketTilbake: true }],
    ['SYNLIG', '1999-01-01T00:00:00Z', { startDato: undefined }],
    ['SYNLIG', '2099-01-01T00:00:00Z', { sluttDato: undefined }],
  ])('er %s klokka %s når den er %j', (synlighet, moment, endret) => {
    const { startDato, sluttDato, ...rest } = { ...periode, ...endret };
    expect(synlighetOf({ ...rest, ...(startDato && { startDato }), ...(sluttDato && { sluttDato }) }, parseInstant(moment))).toBe(synlighet);
  });

  const endringer = [
    { type: 'ChangeDriftsmelding', data: meldingMedLenke },
    { type: 'ChangeDriftsmeldingPeriod', data: periode },
  ] as const;
  const trekk = { type: 'WithdrawDriftsmelding', data: {} } as const;

  it.each([...endringer, trekk])('en ukjent driftsmelding finnes ikke for $type', (command) => {
    given(driftsmelding, []).when(command).thenRefused('missing', 'IKKE_FUNNET');
  });

  it.each([{ type: 'PublishDriftsmelding', data: nedetid } as const, ...endringer, trekk])(
    'før tjenestevedlegget er signert, avvises $type',
    (command) => {
      given(driftsmelding, [], unopenedContext).when(command).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
    },
  );
});
