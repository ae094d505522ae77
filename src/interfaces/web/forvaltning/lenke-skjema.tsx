import { useParams } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api, type Schemas } from '../api/client.js';
import { Tjenestekort } from '../min-kommune/tjenestekort.js';
import { Checkbox, Fieldset, Textfield, ValidationMessage } from '../shell/felt.js';
import { useSprak } from '../shell/sprak.js';
import { Tom } from '../shell/states.js';
import { Forvaltning, ifMatch, lookAt, Stengt, useOrganisasjon } from './oppsett.js';
import { Redigering } from './redigering.js';
import { useTekster } from './tekster.js';

export type Tjeneste = Schemas['KommunalTjenesteAnswer'];
interface Utkast {
  readonly tittel: string;
  readonly lenke: string;
  readonly person: boolean;
  readonly organisasjon: boolean;
}
const draftOf = ({ tittel, lenke, rettetMot }: Tjeneste): Utkast => ({ tittel, lenke, person: rettetMot !== 'ORGANISASJON', organisasjon: rettetMot !== 'PERSON' });
const rettetMotOf = ({ person, organisasjon }: Utkast) => (person && organisasjon ? 'PERSON_OG_ORGANISASJON' : organisasjon ? 'ORGANISASJON' : 'PERSON');

/** For whom a tjeneste is looked at: citizens who are themselves, unless it is for virksomheter alone. */
const audienceOf = ({ rettetMot }: Tjeneste) => (rettetMot === 'ORGANISASJON' ? 'ORGANISASJON' : 'PERSON');
/** Whether those whom the tjeneste is for see it now. */
export const isSeen = async (org: string, tjeneste: Tjeneste): Promise<boolean> => (await lookAt(org, 'FORSIDE', { opptrerSom: audienceOf(tjeneste) })).tjenester.some(({ id }) => id === tjeneste.id);

const useSmuler = () => {
  return [{ to: '/forvaltning/$org/kommunale-tjenester', tekst: useTekster().meny.kommunaleTjenester }] as const;
};

/** The form of a new kommunal tjeneste. */
export function NyTjeneste() {
  const tekster = useTekster();
  const [id] = useState(() => crypto.randomUUID());
  return (
    <Forvaltning tittel={tekster.lenker.opprett} kommando="CreateKommunalTjeneste" smuler={useSmuler()}>
      {({ avtale }) => (avtale.apen ? <Skjema id={id} /> : <Stengt />)}
    </Forvaltning>
  );
}

/** The form of a kommunal tjeneste that there is. */
export function RedigerTjeneste() {
  const { t } = useSprak();
  const tekster = useTekster();
  const { id = '' } = useParams({ strict: false });
  return (
    <Forvaltning tittel={tekster.lenker.rediger} kommando="ChangeKommunalTjeneste" smuler={useSmuler()}>
      {({ kommunaleTjenester }) => {
        const tjeneste = kommunaleTjenester.find((one) => one.id === id);
        return tjeneste ? <Skjema key={id} id={id} na={tjeneste} /> : <Tom tittel={t.tilstand.finnesIkke} tekst={t.tilstand.finnesIkkeTekst} />;
      }}
    </Forvaltning>
  );
}

function Skjema({ id, na }: { readonly id: string; readonly na?: Tjeneste }) {
  const { m } = useSprak();
  const f = useTekster().lenker;
  const { org } = useOrganisasjon();
  const ids = { tittel: useId(), lenke: useId(), rettetMot: useId() };
  return (
    <Redigering<Utkast, Tjeneste>
      start={na ? draftOf(na) : { tittel: '', lenke: '', person: true, organisasjon: false }}
      finn={na && (({ kommunaleTjenester }) => kommunaleTjenester.find((one) => one.id === id))}
      utkastAv={draftOf}
      felt={(utkast) => ({
        tittel: { navn: f.tittelfelt, id: ids.tittel, verdi: utkast.tittel },
        lenke: { navn: f.lenke, id: ids.lenke, verdi: utkast.lenke },
        rettetMot: { navn: f.rettetMot, id: ids.rettetMot, verdi: f.rettet[rettetMotOf(utkast)]! },
      })}
      mangler={({ person, organisasjon }): Readonly<Record<string, string>> => (person || organisasjon ? {} : { rettetMot: f.velgHvem })}
      send={async (utkast, revisjon) => {
        const body = { tittel: utkast.tittel, lenke: utkast.lenke, rettetMot: rettetMotOf(utkast) } as const;
        return na
          ? (await api.PATCH('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}', { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) }, body })).data!
          : (await api.POST('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester', { params: { path: { fiksOrgId: org } }, body: { id, ...body } })).data!;
      }}
      ferdig={async (saved) => {
        const seen = await isSeen(org, saved);
        const told = !seen ? f.ikkeSynlig : audienceOf(saved) === 'PERSON' ? f.synlig : f.synligForVirksomheter;
        return { tekst: told(m.klokke(Date.now())), se: '/tjenester', color: seen ? 'success' : 'warning' };
      }}
      knapp={na ? f.lagre : f.opprettKnapp}
      til="/forvaltning/$org/kommunale-tjenester"
      forhandsvisning={({ tittel, lenke }) => <Tjenestekort tittel={tittel || '…'} lenke={lenke} favoritt={na?.favoritt ?? false} />}
    >
      {({ utkast, sett, feil }) => (
        <>
          <Textfield id={ids.tittel} label={f.tittelfelt} value={utkast.tittel} error={feil('tittel')} onChange={({ target }) => { sett({ tittel: target.value }); }} />
          <Textfield id={ids.lenke} label={f.lenke} description={f.lenkeHjelp} inputMode="url" value={utkast.lenke} error={feil('lenke')} onChange={({ target }) => { sett({ lenke: target.value }); }} />
          <Fieldset>
            <Fieldset.Legend>{f.rettetMot}</Fieldset.Legend>
            <Checkbox id={ids.rettetMot} label={f.privatpersoner} value="PERSON" checked={utkast.person} onChange={({ target }) => { sett({ person: target.checked }); }} />
            <Checkbox label={f.virksomheter} value="ORGANISASJON" checked={utkast.organisasjon} onChange={({ target }) => { sett({ organisasjon: target.checked }); }} />
            {feil('rettetMot') !== undefined && <ValidationMessage>{feil('rettetMot')}</ValidationMessage>}
          </Fieldset>
        </>
      )}
    </Redigering>
  );
}
