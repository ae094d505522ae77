import { Card, Chip, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useId } from 'react';
import { api, type Schemas } from '../api/client.js';
import { Select } from '../shell/felt.js';
import { LenkeUt, Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { Flere } from '../shell/flere.js';
import { useSprak } from '../shell/sprak.js';
import { SkjelettKort, Tilstand, Tom } from '../shell/states.js';
import { useAktor } from './aktor.js';
import { Driftsmeldinger } from './driftsmelding.js';
import { Markert } from './markert.js';
import { HoyereNiva, pageSize, usePages } from './sokeside.js';
import { targetOf } from './target.js';

/** One search over everything that is hers, with the choices in the address. */
export function Sok() {
  const { t } = useSprak();
  const { q: term = '', type, org, sortering } = useSearch({ from: '/sok' });
  const navigate = useNavigate();
  const { onBehalfOf } = useAktor();
  const [typeId, orgId, orderId] = [useId(), useId(), useId()];
  const narrow = (change: { readonly q?: string; readonly type?: string | undefined; readonly org?: string | undefined; readonly sortering?: 'DATO_DESC' | undefined }) => {
    const next = { q: term, type, org, sortering, ...change };
    void navigate({ to: '/sok', search: Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== '')) });
  };
  const sider = usePages(['alt', term, type, org, sortering, onBehalfOf], async (fra, signal) => {
    const { data } = await api.POST('/innsyn-sok/api/v1/sok', {
      params: { query: { term, fra, antall: pageSize, ...(sortering && { sortering }), ...onBehalfOf } },
      body: { ...(type && { typer: [type] }), ...(org && { fiksOrganisasjon: [org] }) },
      signal,
    });
    return data!;
  });
  const facets = (sider.data?.pages[0] as Schemas['LegacySokeresultat'] | undefined)?.aggregeringer;
  const nameOf = (fiksOrgId: string) => facets?.fiksOrganisasjon.find(({ id }) => id === fiksOrgId)?.visningsnavn;
  return (
    <Side tittel={t.sok.tittel}>
      <Sokefelt
        etikett={t.sok.etikett}
        term={term}
        sok={(q) => {
          narrow({ q });
        }}
      />
      {term === '' ? (
        <Paragraph className="dempet">{t.sok.start}</Paragraph>
      ) : (
        <>
          <div className="valg ikke-utskrift">
            <Valg id={typeId} navn={t.sok.type} value={type} choose={(value) => { narrow({ type: value }); }} options={(facets?.type ?? []).map((one) => [one.type, `${t.sok.typer[one.type] ?? one.type} (${one.antallTreff})`])} />
            <Valg id={orgId} navn={t.sok.avsender} value={org} choose={(value) => { narrow({ org: value }); }} options={(facets?.fiksOrganisasjon ?? []).map((one) => [one.id, `${one.visningsnavn} (${one.antallTreff})`])} />
            <label className="velger" htmlFor={orderId}>
              {t.sok.sortering}
              <Select id={orderId} value={sortering ?? ''} onChange={({ target }) => { narrow({ sortering: target.value === 'DATO_DESC' ? 'DATO_DESC' : undefined }); }}>
                <Select.Option value="">{t.sok.relevans}</Select.Option>
                <Select.Option value="DATO_DESC">{t.sok.nyeste}</Select.Option>
              </Select>
            </label>
          </div>
          {(type !== undefined || org !== undefined) && (
            <ul className="knapper brikker" aria-label={t.sok.valgte}>
              {type !== undefined && (
                <li>
                  <Chip.Removable aria-label={t.sok.fjern(t.sok.typer[type] ?? type)} onClick={() => { narrow({ type: undefined }); }}>
                    {t.sok.typer[type] ?? type}
                  </Chip.Removable>
                </li>
              )}
              {org !== undefined && (
                <li>
                  <Chip.Removable aria-label={t.sok.fjern(nameOf(org) ?? t.sok.avsender)} onClick={() => { narrow({ org: undefined }); }}>
                    {nameOf(org) ?? t.sok.avsender}
                  </Chip.Removable>
                </li>
              )}
            </ul>
          )}
          <Tilstand query={sider} skjelett={<SkjelettKort hoyde={110} />}>
            {({ pages }) => {
              const [first] = pages;
              const treff = pages.flatMap((page) => page.treff);
              return (
                <>
                  {treff.length > 0 && (
                    <p role="status" className="dempet">
                      {t.sok.treff(first!.antallTreff, term)}
                    </p>
                  )}
                  <Driftsmeldinger meldinger={first!.driftsmeldinger} navnPa={nameOf} />
                  <HoyereNiva antall={first!.treffMedHoyereInnloggingsniva} />
                  {treff.length === 0 ? (
                    <div role="status">
                      <Tom tittel={t.sok.ingen(term)} tekst={t.sok.ingenTekst} />
                    </div>
                  ) : (
                    <ul className="liste">
                      {treff.map((one) => (
                        <li key={one.dokumentId}>
                          <Treff treff={one} term={term} />
                        </li>
                      ))}
                    </ul>
                  )}
                  <Flere query={sider} />
                </>
              );
            }}
          </Tilstand>
        </>
      )}
    </Side>
  );
}

interface ValgProps {
  readonly id: string;
  readonly navn: string;
  readonly value: string | undefined;
  readonly choose: (value: string | undefined) => void;
  readonly options: readonly (readonly [value: string, text: string])[];
}
function Valg({ id, navn, value, choose, options }: ValgProps) {
  const { t } = useSprak();
  return (
    <label className="velger" htmlFor={id}>
      {navn}
      <Select id={id} value={value ?? ''} onChange={({ target }) => { choose(target.value === '' ? undefined : target.value); }}>
        <Select.Option value="">{t.sok.alle}</Select.Option>
        {value !== undefined && !options.some(([one]) => one === value) && <Select.Option value={value}>{t.sok.typer[value] ?? value}</Select.Option>}
        {options.map(([one, text]) => (
          <Select.Option key={one} value={one}>
            {text}
          </Select.Option>
        ))}
      </Select>
    </label>
  );
}

function Treff({ treff, term }: { readonly treff: Schemas['MeldingV1OppslagMetadata']; readonly term: string }) {
  const { t, m } = useSprak();
  const { fiksOrganisasjon, sorteringDato, meldingMetadata } = treff;
  const { type, tittel, beskrivelse, href, sak, sokeord, side } = targetOf(treff);
  const heading = <Markert tekst={tittel === '' ? t.eiendommer.uten : tittel} term={term} />;
  const isExternal = href !== undefined;
  const isByggesak = type === 'byggesak' || meldingMetadata['internType'] === 'BYGGESAK';
  return (
    <Card data-color="neutral" className="kort">
      <div className="linje">
        <Heading level={2} data-size="2xs">
          {isExternal ? (
            <LenkeUt href={href}>{heading}</LenkeUt>
          ) : sak !== undefined ? (
            <Link to="/saker/$id" params={{ id: sak }} className="ds-link">
              {heading}
            </Link>
          ) : (
            <Link to={side} search={sokeord === '' ? {} : { q: sokeord }} className="ds-link">
              {heading}
            </Link>
          )}
        </Heading>
        <Tag data-color="neutral" data-size="sm">
          {isByggesak ? t.saker.byggesak : (t.sok.typer[type] ?? type)}
        </Tag>
      </div>
      {beskrivelse !== '' && (
        <p>
          <Markert tekst={beskrivelse} term={term} />
        </p>
      )}
      <p className="dempet">{[fiksOrganisasjon.visningsnavn, sorteringDato && m.nylig(sorteringDato)].filter(Boolean).join(' · ')}</p>
    </Card>
  );
}
