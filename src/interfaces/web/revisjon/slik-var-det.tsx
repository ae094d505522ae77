import { Alert, Button, Card, Heading, Label, Paragraph, Skeleton, Table, Tag } from '@digdir/designsystemet-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { api, queries, type Schemas } from '../api/client.js';
import { whole } from '../api/whole.js';
import { Field, Select, Textfield, ToggleGroup } from '../shell/felt.js';
import { fromField, lastField, toField } from '../texts/date-field.js';
import { Driftsmelding, Driftsmeldinger } from '../min-kommune/driftsmelding.js';
import { Tjenestekort } from '../min-kommune/tjenestekort.js';
import { Utsnitt } from '../shell/flere.js';
import { LenkerUt } from '../shell/page.js';
import { usePapir } from '../shell/papir.js';
import { useSprak } from '../shell/sprak.js';
import { Henter, SkjelettKort, Tilstand, Tom } from '../shell/states.js';
import { capital } from '../texts/moments.js';
import { visningsnavn } from '../texts/tilganger.js';
import { Hendelseskort } from './hendelser.js';
import { fra, Klokken, Revisjon, useListe, useOrg, useOrgNavn } from './revisjon.js';
import { Tabell } from './tabell.js';
import { useTekster } from './tekster.js';

type Hendelse = Schemas['RevisjonHendelse'];
const sider = ['FORSIDE', 'FORSENDELSE', 'SAK', 'FAKTURA', 'SKJEMA', 'EIENDOM'] as const;
type Visning = 'oppsett' | 'tilganger' | 'side';
/** How long the slider rests before the page asks, in ms. */
const restMs = 150;

/** The events that the slider has, the newest first. Older ones are asked for a page at a time. */
const useEvents = (org: string) =>
  useListe(['tidslinje', org], (neste, signal) =>
    api.GET('/min-kommune/api/v1/{fiksOrgId}/revisjon/hendelser', { params: { path: { fiksOrgId: org }, query: { sortering: 'NYESTE_FORST', antall: 500, ...fra(neste) } }, signal }),
  );

/** Slik var det: the organisation as it was after an event, which a slider chooses. */
export function SlikVarDet() {
  const t = useTekster();
  const org = useOrg();
  const query = useEvents(org);
  const { posisjon } = useSearch({ from: '/revisjon/$org/slik-var-det' });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  // An event that the address names is shown when it has come, and no other in its place.
  const isOlder = posisjon !== undefined && hasNextPage && data !== undefined && posisjon < (data.at(-1)?.posisjon ?? 0);
  useEffect(() => {
    if (isOlder && !isFetching && !isError) void fetchNextPage();
  }, [isOlder, isFetching, isError, fetchNextPage]);
  const skjelett = <SkjelettKort antall={2} hoyde={220} />;
  return (
    <Revisjon tittel={t.faner.slikVarDet} ingress={t.slikVarDet.ingress}>
      <Tilstand query={query} skjelett={skjelett} erTom={(all) => all.length === 0} tom={<Tom tittel={t.hendelser.tom} />}>
        {(hendelser) =>
          isOlder ? (
            !isError && <Henter>{skjelett}</Henter>
          ) : (
            <Tidslinje hendelser={hendelser.toReversed()} eldre={hasNextPage ? () => void fetchNextPage() : undefined} venter={query.isFetchingNextPage} />
          )
        }
      </Tilstand>
    </Revisjon>
  );
}

function Tidslinje({ hendelser, eldre, venter }: { readonly hendelser: readonly Hendelse[]; readonly eldre: (() => void) | undefined; readonly venter: boolean }) {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const navigate = useNavigate();
  const { posisjon, vis = 'oppsett' } = useSearch({ from: '/revisjon/$org/slik-var-det' });
  const asked = posisjon === undefined ? hendelser.length - 1 : hendelser.findLastIndex((one) => one.posisjon <= posisjon);
  const chosen = Math.max(asked, 0);
  const [at, moveTo] = useState(chosen);
  const slider = useId();
  const isPrinted = usePapir() !== undefined;
  useEffect(() => {
    moveTo(chosen);
  }, [chosen, hendelser.length]);
  const event = hendelser[Math.min(at, hendelser.length - 1)]!;
  useEffect(() => {
    if (at === chosen) return;
    const timer = setTimeout(() => {
      void navigate({ to: '/revisjon/$org/slik-var-det', params: { org }, search: { posisjon: event.posisjon, ...(vis !== 'oppsett' && { vis }) }, replace: true, resetScroll: false });
    }, restMs);
    return () => {
      clearTimeout(timer);
    };
  }, [at, chosen, event.posisjon, navigate, org, vis]);
  const move = (index: number) => {
    moveTo(Math.min(Math.max(index, 0), hendelser.length - 1));
  };
  const dayOf = (one: Hendelse) => m.dag(one.tidspunkt);
  /** The first event of the next day with one, or the last event of the day before. */
  const otherDay = (step: 1 | -1): number => {
    for (let n = at; n >= 0 && n < hendelser.length; n += step) if (dayOf(hendelser[n]!) !== dayOf(event)) return n;
    return step === 1 ? hendelser.length - 1 : 0;
  };
  const press = (key: KeyboardEvent<HTMLInputElement>) => {
    if (key.key !== 'PageUp' && key.key !== 'PageDown') return;
    key.preventDefault();
    move(otherDay(key.key === 'PageUp' ? 1 : -1));
  };
  return (
    <>
      <div className="skyver ikke-utskrift">
        <label htmlFor={slider}>
          <strong>{t.slikVarDet.skyv}</strong> <span className="dempet">{t.slikVarDet.av(at + 1, hendelser.length)}</span>
        </label>
        <input
          id={slider}
          className="ds-focus"
          type="range"
          min={0}
          max={hendelser.length - 1}
          value={at}
          aria-valuetext={`${m.ukedag(event.tidspunkt)}. ${event.hva}`}
          aria-describedby={`${slider}-hint`}
          onChange={({ target }) => {
            move(target.valueAsNumber);
          }}
          onKeyDown={press}
        />
        <p id={`${slider}-hint`} className="dempet">
          {t.slikVarDet.skyvHint}
        </p>
        <div className="knapper">
          <Button variant="secondary" data-size="sm" disabled={at === 0} onClick={() => { move(at - 1); }}>
            {t.slikVarDet.forrige}
          </Button>
          <Button variant="secondary" data-size="sm" disabled={at === hendelser.length - 1} onClick={() => { move(at + 1); }}>
            {t.slikVarDet.neste}
          </Button>
          {eldre && (
            <Button variant="tertiary" data-size="sm" loading={venter} onClick={eldre}>
              {t.slikVarDet.eldre}
            </Button>
          )}
        </div>
        <GaTil hendelser={hendelser} flere={eldre !== undefined} velg={move} />
      </div>
      {isPrinted && (
        <p>
          <strong>{t.slikVarDet[vis]}</strong> · {m.ukedag(hendelser[chosen]!.tidspunkt)} · {t.slikVarDet.skyv} {t.slikVarDet.av(chosen + 1, hendelser.length)}
        </p>
      )}
      <Hendelseskort hendelse={event} />
      <ToggleGroup
        aria-label={t.slikVarDet.vis}
        className="ikke-utskrift"
        value={vis}
        onChange={(value) => void navigate({ to: '/revisjon/$org/slik-var-det', params: { org }, search: { posisjon: event.posisjon, ...(value !== 'oppsett' && { vis: value as Visning }) }, replace: true, resetScroll: false })}
      >
        <ToggleGroup.Item value="oppsett">{t.slikVarDet.oppsett}</ToggleGroup.Item>
        <ToggleGroup.Item value="tilganger">{t.slikVarDet.tilganger}</ToggleGroup.Item>
        <ToggleGroup.Item value="side">{t.slikVarDet.side}</ToggleGroup.Item>
      </ToggleGroup>
      {vis === 'oppsett' && <Oppsettet per={`posisjon:${hendelser[chosen]!.posisjon}`} />}
      {vis === 'tilganger' && <Tilgangene per={`posisjon:${hendelser[chosen]!.posisjon}`} />}
      {vis === 'side' && <Siden per={`posisjon:${hendelser[chosen]!.posisjon}`} />}
    </>
  );
}

/** Moves the slider to the last event at or before a moment. */
function GaTil({ hendelser, flere, velg }: { readonly hendelser: readonly Hendelse[]; readonly flere: boolean; readonly velg: (index: number) => void }) {
  const t = useTekster();
  const { m } = useSprak();
  const [field, write] = useState(() => toField(hendelser.at(-1)?.tidspunkt));
  const moment = fromField(field);
  const index = moment === undefined ? -1 : hendelser.findLastIndex(({ tidspunkt }) => Date.parse(tidspunkt) < Date.parse(moment) + 60_000);
  const tooEarly = moment !== undefined && index < 0;
  return (
    <form
      className="valg"
      onSubmit={(event) => {
        event.preventDefault();
        if (index >= 0) velg(index);
      }}
    >
      <Textfield
        type="datetime-local"
        max={lastField}
        label={t.slikVarDet.tidspunkt}
        value={field}
        onChange={({ target }) => {
          write(target.value);
        }}
        {...(tooEarly && { error: (flere ? t.slikVarDet.forTidlig : t.slikVarDet.forDenForste)(m.tidspunkt(hendelser[0]!.tidspunkt)) })}
      />
      <Button type="submit" variant="secondary">
        {t.slikVarDet.ga}
      </Button>
    </form>
  );
}

interface Ting {
  readonly id?: string;
  readonly navn?: string;
  readonly tittel?: string;
  readonly innhold?: string;
  readonly beskrivelse?: string;
  readonly lenke?: string;
  readonly mal?: string;
  readonly synlig?: boolean;
  readonly favoritt?: boolean;
  readonly tilganger?: readonly string[];
  readonly utlop?: Readonly<Record<string, string>>;
  readonly startDato?: string;
  readonly sluttDato?: string;
  readonly meldingType?: string;
}
interface Tilstanden {
  readonly tjeneste?: { readonly tattIBruk?: boolean; readonly signert?: boolean };
  readonly [avsnitt: string]: unknown;
}

function Oppsettet({ per }: { readonly per: string }) {
  const t = useTekster();
  const org = useOrg();
  const query = queries.useQuery('get', '/min-kommune/api/v1/{fiksOrgId}/revisjon/tilstand', { params: { path: { fiksOrgId: org }, query: { per } } }, { placeholderData: keepPreviousData, staleTime: Infinity });
  return (
    <Tilstand query={query} skjelett={<Skeleton variant="rectangle" height={400} />}>
      {({ konfigurasjon, per: { senereDatert } }) => {
        const tilstand = konfigurasjon as Tilstanden;
        return (
          <>
            <Klokken senere={senereDatert} />
            <div className="rutenett to" data-color="neutral">
              <Avsnitt tittel="Min kommune">
                <ul>
                  <li>{tilstand.tjeneste?.tattIBruk ? t.slikVarDet.tattIBruk : t.slikVarDet.ikkeTattIBruk}</li>
                  <li>{tilstand.tjeneste?.signert ? t.slikVarDet.signert : t.slikVarDet.ikkeSignert}</li>
                </ul>
              </Avsnitt>
              {Object.entries(t.slikVarDet.avsnitt).map(([avsnitt, tittel]) => (
                <Avsnitt key={avsnitt} tittel={tittel}>
                  <Tingene ting={(tilstand[avsnitt] as readonly Ting[] | undefined) ?? []} />
                </Avsnitt>
              ))}
            </div>
          </>
        );
      }}
    </Tilstand>
  );
}

const Avsnitt = ({ tittel, children }: { readonly tittel: string; readonly children: ReactNode }) => (
  <Card data-color="neutral" className="kort">
    <Heading level={2} data-size="xs">
      {tittel}
    </Heading>
    {children}
  </Card>
);

function Tingene({ ting }: { readonly ting: readonly Ting[] }) {
  const t = useTekster();
  const { m } = useSprak();
  const inWords = (tilgang: string, utlop: string | undefined) => {
    const name = visningsnavn(tilgang);
    return utlop === undefined ? name : `${name} (${t.slikVarDet.tilOgMed(m.dag(utlop))})`;
  };
  if (ting.length === 0) return <p className="dempet">{t.slikVarDet.ingen}</p>;
  return (
    <ul className="liste">
      {ting.map((one) =>
        one.innhold !== undefined && one.meldingType !== undefined ? (
          <li key={one.id}>
            <Driftsmelding melding={{ innhold: one.innhold, meldingType: one.meldingType }} />
            <Periode ting={one} />
          </li>
        ) : (
          <li key={one.id}>
            <span className="linje">
              <strong>{one.navn ?? one.tittel}</strong>
              {one.synlig !== undefined && (
                <Tag data-size="sm" data-color={one.synlig ? 'success' : 'neutral'}>
                  {one.synlig ? t.slikVarDet.synlig : t.slikVarDet.skjult}
                </Tag>
              )}
              {one.favoritt && (
                <Tag data-size="sm" data-color="info">
                  {t.slikVarDet.stjerne}
                </Tag>
              )}
            </span>
            <p className="dempet">{[one.beskrivelse, one.lenke ?? one.mal, one.tilganger?.map((tilgang) => inWords(tilgang, one.utlop?.[tilgang])).join(', ')].filter(Boolean).join(' · ')}</p>
          </li>
        ),
      )}
    </ul>
  );
}

function Periode({ ting }: { readonly ting: Ting }) {
  const { m } = useSprak();
  const period = m.periode(ting.startDato, ting.sluttDato);
  return period === '' ? null : <p className="dempet">{capital(period)}</p>;
}

function Tilgangene({ per }: { readonly per: string }) {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const query = useQuery({
    queryKey: ['tilganger', org, per],
    queryFn: async ({ signal }) => {
      const ask = async (page: { readonly fra?: number; readonly antall?: number }) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/revisjon/tilganger', { params: { path: { fiksOrgId: org }, query: { per, ...page } }, signal })).data!;
      const first = await ask({});
      return { senereDatert: first.per.senereDatert, alle: await whole(first.treff, async (page) => (await ask(page)).treff, first.antallTreff) };
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  return (
    <Tilstand query={query} skjelett={<Skeleton variant="rectangle" height={400} />} erTom={({ alle }) => alle.length === 0} tom={<Tom tittel={t.slikVarDet.ingen} />}>
      {({ senereDatert, alle }) => (
        <>
          <Klokken senere={senereDatert} />
          <Utsnitt alle={alle}>
            {(treff) => (
              <Tabell navn={t.slikVarDet.tilganger} bred kolonner={[t.slikVarDet.navn, t.slikVarDet.tilgang, t.slikVarDet.gjaldt, t.slikVarDet.siden, t.slikVarDet.gittAv, t.slikVarDet.slutt]}>
                {treff.map((one) => (
                  <Table.Row key={one.aktorId + one.ressurs + one.privilegium}>
                    <Table.HeaderCell scope="row">{one.navn}</Table.HeaderCell>
                    <Table.Cell>{one.tilgang}</Table.Cell>
                    <Table.Cell>{one.ressursNavn}</Table.Cell>
                    <Table.Cell>{m.tidspunkt(one.fra)}</Table.Cell>
                    <Table.Cell>{one.gittAv}</Table.Cell>
                    <Table.Cell>{one.til ? m.tidspunkt(one.til) : one.utlop ? t.slikVarDet.tilOgMed(m.dag(one.utlop)) : '–'}</Table.Cell>
                  </Table.Row>
                ))}
              </Tabell>
            )}
          </Utsnitt>
        </>
      )}
    </Tilstand>
  );
}

function Siden({ per }: { readonly per: string }) {
  const t = useTekster();
  const org = useOrg();
  const [side, choose] = useState<(typeof sider)[number]>('FORSIDE');
  const query = queries.useQuery('get', '/min-kommune/api/v1/{fiksOrgId}/revisjon/side/{side}', { params: { path: { fiksOrgId: org, side }, query: { per } } }, { placeholderData: keepPreviousData, staleTime: Infinity });
  const name = useOrgNavn();
  return (
    <>
      <Field>
        <Label>{t.slikVarDet.velgSide}</Label>
        <Select
          value={side}
          onChange={({ target }) => {
            choose(target.value as typeof side);
          }}
        >
          {sider.map((one) => (
            <Select.Option key={one} value={one}>
              {t.slikVarDet.sider[one]}
            </Select.Option>
          ))}
        </Select>
      </Field>
      <Tilstand query={query} skjelett={<Skeleton variant="rectangle" height={300} />}>
        {({ driftsmeldinger, tjenester, lenker, per: { senereDatert } }) => (
          <>
            <Klokken senere={senereDatert} />
            {driftsmeldinger.length + tjenester.length + lenker.length === 0 ? (
              <Alert data-color="info">
                <Paragraph>{t.slikVarDet.tomSide}</Paragraph>
              </Alert>
            ) : (
              <>
                <Driftsmeldinger meldinger={driftsmeldinger} navnPa={() => name} />
                <ul className="rutenett">
                  {tjenester.map((one) => (
                    <li key={one.id}>
                      <Tjenestekort tittel={one.tittel} lenke={one.lenke} favoritt={one.favoritt} />
                    </li>
                  ))}
                </ul>
                <LenkerUt lenker={lenker} />
              </>
            )}
          </>
        )}
      </Tilstand>
    </>
  );
}
