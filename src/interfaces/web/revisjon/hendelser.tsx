import '@digdir/designsystemet-web/details';
import { Button, Card, Details, Heading, Label } from '@digdir/designsystemet-react';
import { DownloadIcon } from '@navikt/aksel-icons';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { api, type Schemas } from '../api/client.js';
import { ApiError, errorOf } from '../api/error.js';
import { Field, Select, Textfield } from '../shell/felt.js';
import { dayAfter, startOfDay } from '../texts/date-field.js';
import { namesAPerson } from '../texts/person-number.js';
import { visningsnavn } from '../texts/tilganger.js';
import { Fakta } from '../shell/fakta.js';
import { Flere } from '../shell/flere.js';
import { Lenke } from '../shell/page.js';
import { useReceipt } from '../shell/receipt.js';
import { save } from '../shell/save.js';
import { useSprak } from '../shell/sprak.js';
import { SkjelettKort, Tilstand, Tom } from '../shell/states.js';
import { namesOfHendelser } from './navn.js';
import { fra, Revisjon, useListe, useOrg, writtenIn } from './revisjon.js';
import { useTekster } from './tekster.js';

type Hendelse = Schemas['RevisjonHendelse'];
/** The filters, as they stand in the address. The days are whole days in Norwegian time. */
export interface Filtre {
  readonly hvem?: string;
  readonly gjelder?: string;
  readonly hendelse?: string;
  readonly fra?: string;
  readonly til?: string;
  readonly eldste?: boolean;
}

/** The filters as the service takes them. */
const queryOf = ({ hvem, gjelder, hendelse, fra, til, eldste }: Filtre) => ({
  sortering: eldste ? ('ELDSTE_FORST' as const) : ('NYESTE_FORST' as const),
  ...(hvem && { hvem }),
  ...(gjelder && { gjelder }),
  ...(hendelse && { hendelse: [hendelse] as never }),
  ...(fra && { fra: startOfDay(fra) }),
  ...(til && { til: startOfDay(dayAfter(til)) }),
});

/** The filters in words. */
function useUtvalg({ hvem, gjelder, hendelse, fra, til, eldste }: Filtre): readonly string[] {
  const t = useTekster();
  const { m, sprak } = useSprak();
  return [
    hvem ? `${t.hendelser.hvem}: ${hvem}` : '',
    gjelder ? `${t.hendelser.gjelder}: ${gjelder}` : '',
    hendelse ? (namesOfHendelser[sprak][hendelse] ?? hendelse) : '',
    fra ? `${t.hendelser.fra} ${m.dag(fra)}` : '',
    til ? `${t.hendelser.til} ${m.dag(til)}` : '',
    eldste ? t.hendelser.eldste : t.hendelser.nyeste,
  ];
}

/** Hendelser: the audit trail of the organisation, with its filters in the address. */
export function Hendelser() {
  const t = useTekster();
  const org = useOrg();
  const filtre: Filtre = useSearch({ from: '/revisjon/$org' });
  const query = useListe(['hendelser', org, filtre], (neste, signal) =>
    api.GET('/min-kommune/api/v1/{fiksOrgId}/revisjon/hendelser', { params: { path: { fiksOrgId: org }, query: { ...queryOf(filtre), antall: 50, ...fra(neste) } }, signal }),
  );
  return (
    <Revisjon tittel={t.faner.hendelser} ingress={t.hendelser.ingress} ved={<LastNed filtre={filtre} />} utvalg={useUtvalg(filtre)}>
      <Filterskjema key={JSON.stringify(filtre)} filtre={filtre} />
      <Tilstand query={query} skjelett={<SkjelettKort antall={6} hoyde={110} />} erTom={(all) => all.length === 0} tom={<Tom tittel={t.hendelser.tom} tekst={t.hendelser.tomTekst} />}>
        {(hendelser) => (
          <>
            <ul className="liste">
              {hendelser.map((one) => (
                <li key={one.posisjon}>
                  <Hendelseskort hendelse={one} />
                </li>
              ))}
            </ul>
            <Flere query={query} />
          </>
        )}
      </Tilstand>
    </Revisjon>
  );
}

function Filterskjema({ filtre }: { readonly filtre: Filtre }) {
  const t = useTekster();
  const { t: felles, sprak } = useSprak();
  const refused = { error: felles.sok.fodselsnummer };
  const org = useOrg();
  const navigate = useNavigate();
  const [named, name] = useState({ hvem: false, gjelder: false });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { orden, ...search } = writtenIn(event.currentTarget);
    // An identity number is not for the address of a page.
    const found = { hvem: namesAPerson(search['hvem'] ?? ''), gjelder: namesAPerson(search['gjelder'] ?? '') };
    name(found);
    if (found.hvem || found.gjelder) return;
    void navigate({ to: '/revisjon/$org', params: { org }, search: { ...search, ...(orden === 'eldste' && { eldste: true }) } });
  };
  return (
    <form className="filtre ikke-utskrift" role="search" onSubmit={submit}>
      <Textfield label={t.hendelser.hvem} description={t.hendelser.hvemHint} name="hvem" defaultValue={filtre.hvem ?? ''} maxLength={200} {...(named.hvem && refused)} />
      <Textfield label={t.hendelser.gjelder} description={t.hendelser.gjelderHint} name="gjelder" defaultValue={filtre.gjelder ?? ''} maxLength={200} {...(named.gjelder && refused)} />
      <Field>
        <Label>{t.hendelser.type}</Label>
        <Select name="hendelse" defaultValue={filtre.hendelse ?? ''}>
          <Select.Option value="">{t.hendelser.alle}</Select.Option>
          {Object.entries(namesOfHendelser[sprak]).map(([type, navn]) => (
            <Select.Option key={type} value={type}>
              {navn}
            </Select.Option>
          ))}
        </Select>
      </Field>
      <Field>
        <Label>{t.hendelser.orden}</Label>
        <Select name="orden" defaultValue={filtre.eldste ? 'eldste' : 'nyeste'}>
          <Select.Option value="nyeste">{t.hendelser.nyeste}</Select.Option>
          <Select.Option value="eldste">{t.hendelser.eldste}</Select.Option>
        </Select>
      </Field>
      <Textfield type="date" label={t.hendelser.fra} name="fra" defaultValue={filtre.fra ?? ''} />
      <Textfield type="date" label={t.hendelser.til} name="til" defaultValue={filtre.til ?? ''} />
      <div className="knapper">
        <Button type="submit">{t.hendelser.vis}</Button>
        {Object.keys(filtre).length > 0 && (
          <Lenke to="/revisjon/$org" params={{ org }} search={{}}>
            {t.hendelser.nullstill}
          </Lenke>
        )}
      </div>
    </form>
  );
}

/** All lines that the filters let through, as a file. */
function LastNed({ filtre }: { readonly filtre: Filtre }) {
  const t = useTekster();
  const { t: felles } = useSprak();
  const org = useOrg();
  const say = useReceipt();
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(queryOf(filtre))) for (const one of [value].flat()) if (one !== undefined) query.append(name, String(one));
      const answer = await fetch(`/min-kommune/api/v1/${org}/revisjon/hendelser?${query.toString()}`, { headers: { Accept: 'text/csv' } }).catch(() => {
        throw ApiError.away();
      });
      if (!answer.ok) throw ApiError.of(answer.status, await answer.json().catch(() => undefined));
      save('revisjon.csv', await answer.blob());
    },
    onError: (error) => {
      const { kind, message } = errorOf(error).in(felles.feil);
      say({ tekst: kind === 'away' ? felles.tilstand.utenKontakt : message || felles.tilstand.feilTekst, color: 'warning' });
    },
  });
  return (
    <Button variant="secondary" className="ikke-utskrift" loading={isPending} onClick={() => { mutate(); }}>
      <DownloadIcon aria-hidden /> {isPending ? t.hendelser.lasterNed : t.hendelser.lastNed}
    </Button>
  );
}

/** A line of the trail, with what it changed. */
export function Hendelseskort({ hendelse, niva = 2 }: { readonly hendelse: Hendelse; readonly niva?: 2 | 3 }) {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const { posisjon, tidspunkt, hvem, paVegneAv, hva, gjelder, person, tjeneste, mistet, requestId } = hendelse;
  return (
    <Card data-color="neutral" className="kort">
      <Heading level={niva} data-size="2xs">
        {hva}
      </Heading>
      <p className="dempet">
        {hvem.navn}
        {paVegneAv && ` ${t.hendelser.pavegneav(paVegneAv.navn)}`} · {m.ukedag(tidspunkt)}
      </p>
      <Details data-color="neutral">
        <Details.Summary>{t.hendelser.detaljer}</Details.Summary>
        <Details.Content>
          <Verdier hendelse={hendelse} />
          {mistet && (
            <>
              <strong>{t.hendelser.mistet}</strong>
              <ul>
                {Object.entries(mistet).flatMap(([from, all]) => all.map((one) => <li key={from + one}>{shown(one)}</li>))}
              </ul>
            </>
          )}
          <Fakta
            fakta={[
              [t.hendelser.posisjon, String(posisjon)],
              [t.hendelser.tjeneste, tjeneste],
              [t.hendelser.person, person?.navn],
              [t.hendelser.id, gjelder.id],
              ['Request-Id', requestId],
            ]}
          />
          <p>
            <Lenke to="/revisjon/$org/slik-var-det" params={{ org }} search={{ posisjon }}>
              {t.hendelser.sePa}
            </Lenke>
          </p>
        </Details.Content>
      </Details>
    </Card>
  );
}

/** A value of an event as a reader sees it. A tilgang has its name. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'string' ? visningsnavn(value) : JSON.stringify(value);
}

/** The values before and after, by field. */
function Verdier({ hendelse: { for: before, etter: after } }: { readonly hendelse: Hendelse }) {
  const t = useTekster();
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (fields.length === 0) return null;
  return (
    <div className="rull" tabIndex={0} role="group" aria-label={t.hendelser.detaljer}>
      <table className="verdier ds-table" data-size="sm">
        <thead>
          <tr>
            <th scope="col">{t.hendelser.felt}</th>
            {before && <th scope="col">{t.hendelser.for}</th>}
            <th scope="col">{t.hendelser.etter}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{field}</th>
              {before && <td>{shown(before[field])}</td>}
              <td>{shown(after?.[field])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
