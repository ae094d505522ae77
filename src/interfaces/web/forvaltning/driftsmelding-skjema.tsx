import { Label } from '@digdir/designsystemet-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api, type Schemas } from '../api/client.js';
import { Driftsmelding, Driftsmeldinger } from '../min-kommune/driftsmelding.js';
import { Field, Fieldset, Radio, Select, Textarea, Textfield, ValidationMessage } from '../shell/felt.js';
import { useSprak } from '../shell/sprak.js';
import type { Receipt } from '../shell/receipt.js';
import { Tom } from '../shell/states.js';
import { Forvaltning, ifMatch, lookAt, Stengt, useOrganisasjon } from './oppsett.js';
import { Redigering } from './redigering.js';
import { useTekster } from './tekster.js';
import { fromField, toField } from '../texts/date-field.js';

export type Melding = Schemas['KonfigurertDriftsmelding'];
type Side = 'FORSIDE' | Exclude<(typeof kategorier)[number], 'OPPGAVE'>;

const kategorier = ['FORSENDELSE', 'SAK', 'FAKTURA', 'SKJEMA', 'EIENDOM', 'OPPGAVE'] as const;
type Kategori = (typeof kategorier)[number];
const alvorligheter = ['INFORMASJON', 'ADVARSEL', 'FEIL'] as const;
type Alvorlighet = (typeof alvorligheter)[number];
export const sideOf = (kategori: string): Side => (kategori === 'OPPGAVE' ? 'FORSIDE' : (kategori as Side));
/** The citizen's page that a kategori stands on. */
export const pageOf = (kategori: string) => (({ FORSENDELSE: '/post', SAK: '/saker', FAKTURA: '/faktura', SKJEMA: '/skjema', EIENDOM: '/eiendommer', OPPGAVE: '/' }) as const)[kategori as Kategori];

interface Utkast {
  readonly innhold: string;
  readonly kategori: Kategori;
  readonly meldingType: Alvorlighet;
  readonly start: string;
  readonly slutt: string;
  readonly url: string;
  readonly urlTekst: string;
  /** Whether the message is withdrawn. Saving it makes it seen again, for as long as its period says. */
  readonly trukket: boolean;
}
const empty: Utkast = { trukket: false, innhold: '', kategori: 'FORSENDELSE', meldingType: 'INFORMASJON', start: '', slutt: '', url: '', urlTekst: '' };
const draftOf = ({ innhold, kategori, meldingType, startDato, sluttDato, url, urlTekst, trukketTilbake }: Melding): Utkast => ({
  trukket: trukketTilbake, innhold, kategori: kategori as Kategori, meldingType: meldingType as Alvorlighet, start: toField(startDato), slutt: toField(sluttDato), url: url ?? '', urlTekst: urlTekst ?? '',
});
const contentOf = ({ innhold, kategori, meldingType, url, urlTekst }: Utkast) => ({ innhold, kategori, meldingType, ...(url.trim() !== '' && { url: url.trim() }), ...(urlTekst.trim() !== '' && { urlTekst: urlTekst.trim() }) });
function periodOf({ start, slutt }: Utkast) {
  const [startDato, sluttDato] = [fromField(start), fromField(slutt)];
  return { ...(startDato !== undefined && { startDato }), ...(sluttDato !== undefined && { sluttDato }) };
}

/** Says when citizens see a message, after having looked at their page. */
export function useSynlighet() {
  const { m } = useSprak();
  const f = useTekster().drift;
  const { org } = useOrganisasjon();
  return async (melding: Melding): Promise<Receipt> => {
    const side = f.sider[melding.kategori]!;
    const se = pageOf(melding.kategori);
    const seen = (await lookAt(org, sideOf(melding.kategori))).driftsmeldinger.some(({ id }) => id === melding.id);
    if (seen) return { tekst: f.synlig(m.klokke(Date.now()), side), se };
    if (melding.status === 'KOMMENDE' && melding.startDato) return { tekst: f.blirSynlig(m.ukedag(melding.startDato), side), se };
    if (melding.status === 'TIDLIGERE' && !melding.trukketTilbake) return { tekst: f.periodenErOver(side), se, color: 'warning' };
    return { tekst: f.ikkeSynlig(m.klokke(Date.now()), side), se, color: 'warning' };
  };
}

/** The form of a new driftsmelding. */
export function NyDriftsmelding() {
  const tekster = useTekster();
  const [id] = useState(() => crypto.randomUUID());
  return (
    <Forvaltning tittel={tekster.drift.opprett} kommando="PublishDriftsmelding" smuler={useSmuler()}>
      {({ avtale }) => (avtale.apen ? <Skjema id={id} /> : <Stengt />)}
    </Forvaltning>
  );
}

const useSmuler = () => {
  const tekster = useTekster();
  return [
    { to: '/forvaltning/$org/innsyn', tekst: tekster.meny.innsyn },
    { to: '/forvaltning/$org/innsyn/driftsmeldinger', tekst: tekster.faner.driftsmeldinger },
  ] as const;
};

/** The form of a driftsmelding that there is. */
export function RedigerDriftsmelding() {
  const { t } = useSprak();
  const tekster = useTekster();
  const { id = '' } = useParams({ strict: false });
  return (
    <Forvaltning tittel={tekster.drift.rediger} kommando="ChangeDriftsmelding" smuler={useSmuler()}>
      {({ driftsmeldinger }) => {
        const melding = driftsmeldinger.find((one) => one.id === id);
        return melding ? <Skjema key={id} id={id} na={melding} /> : <Tom tittel={t.tilstand.finnesIkke} tekst={t.tilstand.finnesIkkeTekst} />;
      }}
    </Forvaltning>
  );
}

function Skjema({ id, na }: { readonly id: string; readonly na?: Melding }) {
  const { t, m } = useSprak();
  const f = useTekster().drift;
  const { org } = useOrganisasjon();
  const ids = { innhold: useId(), kategori: useId(), meldingType: useId(), startDato: useId(), sluttDato: useId(), url: useId(), urlTekst: useId() };
  const tell = useSynlighet();
  const send = async (utkast: Utkast, revisjon: number): Promise<Melding> => {
    if (!na) return (await api.POST('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger', { params: { path: { fiksOrgId: org } }, body: { id, ...contentOf(utkast), ...periodOf(utkast) } })).data!;
    const at = { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) } };
    return (await api.PUT('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger/{id}', { ...at, body: { ...contentOf(utkast), periode: periodOf(utkast) } })).data!;
  };
  // The service names the fields of a period by where they stand: alone in a new message, as an object in a changed one.
  const [startDato, sluttDato] = na ? (['periode.startDato', 'periode.sluttDato'] as const) : (['startDato', 'sluttDato'] as const);
  const timeOf = (field: string) => (field === '' ? '–' : m.tidspunkt(fromField(field)!));
  return (
    <Redigering<Utkast, Melding>
      start={na ? { ...draftOf(na), trukket: false } : empty}
      finn={na && (({ driftsmeldinger }) => driftsmeldinger.find((one) => one.id === id))}
      utkastAv={draftOf}
      felt={(utkast) => ({
        innhold: { navn: f.innhold, id: ids.innhold, verdi: utkast.innhold },
        kategori: { navn: f.side, id: ids.kategori, verdi: f.sider[utkast.kategori]! },
        meldingType: { navn: f.alvorlighet, id: ids.meldingType, verdi: f.alvorligheter[utkast.meldingType]! },
        [startDato]: { navn: f.start, id: ids.startDato, verdi: timeOf(utkast.start) },
        [sluttDato]: { navn: f.slutt, id: ids.sluttDato, verdi: timeOf(utkast.slutt) },
        url: { navn: f.lenke, id: ids.url, verdi: utkast.url || '–' },
        urlTekst: { navn: f.lenketekst, id: ids.urlTekst, verdi: utkast.urlTekst || '–' },
        trukket: { navn: f.status, id: ids.innhold, verdi: utkast.trukket ? f.trukket : f.publisert },
      })}
      mangler={(utkast): Readonly<Record<string, string>> => {
        const { startDato: from, sluttDato: to } = periodOf(utkast);
        return from !== undefined && to !== undefined && from >= to ? { [sluttDato]: f.sluttForStart } : {};
      }}
      send={send}
      ferdig={tell}
      knapp={!na ? f.publiser : na.trukketTilbake ? f.publiserIgjen : f.lagre}
      brukMitt={na?.trukketTilbake ? f.brukMittOgPubliser : undefined}
      til="/forvaltning/$org/innsyn/driftsmeldinger"
      forhandsvisning={(utkast) => <Forhandsvisning id={id} utkast={utkast} />}
    >
      {({ utkast, sett, feil }) => (
        <>
          <Field>
            <Label htmlFor={ids.innhold}>{f.innhold}</Label>
            <Textarea id={ids.innhold} rows={4} value={utkast.innhold} aria-invalid={feil('innhold') !== undefined} onChange={({ target }) => { sett({ innhold: target.value }); }} />
            {feil('innhold') === undefined ? <Field.Counter limit={300} under={t.handling.tegnIgjen(300 - utkast.innhold.length)} over={t.handling.tegnForMange(utkast.innhold.length - 300)} /> : <ValidationMessage>{feil('innhold')}</ValidationMessage>}
          </Field>
          <Field>
            <Label htmlFor={ids.kategori}>{f.sidevalg}</Label>
            <Select id={ids.kategori} value={utkast.kategori} onChange={({ target }) => { sett({ kategori: target.value as Kategori }); }}>
              {kategorier.map((one) => (
                <Select.Option key={one} value={one}>
                  {f.sider[one]}
                </Select.Option>
              ))}
            </Select>
          </Field>
          <Fieldset>
            <Fieldset.Legend>{f.alvorlighet}</Fieldset.Legend>
            {alvorligheter.map((one, n) => (
              <Radio key={one} {...(n === 0 && { id: ids.meldingType })} name="meldingType" value={one} label={f.alvorligheter[one]} checked={utkast.meldingType === one} onChange={() => { sett({ meldingType: one }); }} />
            ))}
          </Fieldset>
          <Fieldset>
            <Fieldset.Legend>{f.tidsperiode}</Fieldset.Legend>
            <Fieldset.Description>{f.periodeHjelp}</Fieldset.Description>
            <div className="valg">
              <Textfield id={ids.startDato} type="datetime-local" label={f.start} value={utkast.start} error={feil(startDato)} onChange={({ target }) => { sett({ start: target.value }); }} />
              <Textfield id={ids.sluttDato} type="datetime-local" label={f.slutt} value={utkast.slutt} error={feil(sluttDato)} onChange={({ target }) => { sett({ slutt: target.value }); }} />
            </div>
          </Fieldset>
          <Textfield id={ids.url} label={f.lenke} description={f.lenkeHjelp} inputMode="url" value={utkast.url} error={feil('url')} onChange={({ target }) => { sett({ url: target.value }); }} />
          <Textfield id={ids.urlTekst} label={f.lenketekst} value={utkast.urlTekst} error={feil('urlTekst')} onChange={({ target }) => { sett({ urlTekst: target.value }); }} />
        </>
      )}
    </Redigering>
  );
}

/** The citizen's page with the draft: now, or before, during and after its period. The service makes it, by the rules of the real one. */
function Forhandsvisning({ id, utkast }: { readonly id: string; readonly utkast: Utkast }) {
  const tekster = useTekster();
  const f = tekster.drift;
  const { org, mine } = useOrganisasjon();
  const [nar, setNar] = useState<'na' | 'for' | 'under' | 'etter'>('na');
  const { startDato, sluttDato } = periodOf(utkast);
  const second = 1000;
  const moments = {
    na: undefined,
    for: startDato && new Date(Date.parse(startDato) - second).toISOString(),
    under: startDato ?? (sluttDato && new Date(Date.parse(sluttDato) - second).toISOString()),
    etter: sluttDato,
  };
  const choices = (['na', 'for', 'under', 'etter'] as const).filter((one) => one === 'na' || moments[one] !== undefined);
  const chosen = choices.includes(nar) ? nar : 'na';
  const tidspunkt = moments[chosen];
  const draft = { id, ...contentOf(utkast), ...periodOf(utkast) };
  const page = useQuery({
    queryKey: ['forhandsvisning', org, draft, tidspunkt],
    enabled: utkast.innhold.trim() !== '',
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async () => (await api.POST('/min-kommune/api/v1/{fiksOrgId}/forhandsvisning', { params: { path: { fiksOrgId: org } }, body: { side: sideOf(utkast.kategori), opptrerSom: 'PERSON', utkast: draft, ...(tidspunkt !== undefined && { tidspunkt }) } })).data!,
  });
  const local = <Driftsmelding melding={{ innhold: utkast.innhold || '…', meldingType: utkast.meldingType, ...(/^https:\/\//.test(utkast.url) && { url: utkast.url, urlTekst: utkast.urlTekst || null }) }} kommune={mine?.navn} />;
  return (
    <>
      {choices.length > 1 && (
        <fieldset className="valggruppe">
          <legend>{f.nar}</legend>
          {choices.map((one) => (
            <Radio key={one} name={`nar-${id}`} value={one} label={f[one]} checked={chosen === one} onChange={() => { setNar(one); }} />
          ))}
        </fieldset>
      )}
      <p className="dempet">{f.sider[utkast.kategori]}</p>
      {page.data === undefined || page.isError ? (
        <>
          {local}
          {page.isError && <p className="dempet liten">{f.utkastFeil}</p>}
        </>
      ) : page.data.driftsmeldinger.length === 0 ? (
        <p className="dempet">{tekster.forhandsvisningTomt}</p>
      ) : (
        <Driftsmeldinger meldinger={page.data.driftsmeldinger} navnPa={() => mine?.navn} />
      )}
    </>
  );
}
