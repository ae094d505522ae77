import { Alert, Button, Paragraph, Tag } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, type Schemas } from '../api/client.js';
import { whole } from '../api/whole.js';
import { Dialogboks } from '../shell/dialog.js';
import { Fakta } from '../shell/fakta.js';
import { Radio } from '../shell/felt.js';
import { Utsnitt } from '../shell/flere.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tilstand, Tom } from '../shell/states.js';
import { Forvaltning, refresh, SkjelettTabell, useEndring, useOrganisasjon } from './oppsett.js';
import { useTekster } from './tekster.js';

type Tilgang = Schemas['TilgangTilGjennomgang'];
type Choice = 'BEHOLD' | 'FJERN';
/** A tilgang with what she has chosen for it. */
interface Valg {
  readonly tilgang: Tilgang;
  readonly avgjorelse: Choice;
}
const utvalg = ['IKKE_GJENNOMGATT', 'UTLOPER_SNART', 'ALLE'] as const;
/** The most choices that one review records. */
const choicesAtOnce = 500;
/** A review that has recorded no choice. */
const nothing = { beholdt: 0, fjernet: 0 };
const keyOf = ({ aktor, ressurs, privilegium }: Tilgang) => `${aktor} ${ressurs} ${privilegium}`;

/** Tilgangsgjennomgang: who has which tilgang, since when and whether it is used, and the choice to keep or take each. */
export function Gjennomgang() {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.gjennomgang;
  const { org, kan } = useOrganisasjon();
  const [chosen, choose] = useState<(typeof utvalg)[number]>('ALLE');
  const [choices, setChoices] = useState<ReadonlyMap<string, Valg>>(new Map());
  const [asking, ask] = useState(false);
  const [told, tell] = useState(false);
  const query = useQuery({
    queryKey: ['tilgangsgjennomgang', org, chosen],
    queryFn: async ({ signal }) => {
      const ask = async (page: { readonly fra?: number }) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/tilgangsgjennomgang', { params: { path: { fiksOrgId: org }, query: { utvalg: chosen, ...page } }, signal })).data!;
      const first = await ask({});
      return { ...first, treff: await whole(first.treff, async (page) => (await ask(page)).treff, first.antallTreff) };
    },
  });
  const rows = query.data?.treff ?? [];
  // A choice that she made while another part was shown is saved too, and is counted where she cannot see it.
  const decided = [...choices.values()];
  const listed = new Set(rows.map(keyOf));
  const hidden = [...choices.keys()].filter((key) => !listed.has(key)).length;
  const removed = decided.filter(({ avgjorelse }) => avgjorelse === 'FJERN');
  // The sum of the parts that are recorded since the first attempt, because a later one may be refused.
  const recorded = useRef(nothing);
  const send = async (part: readonly Valg[]) => {
    const tilganger = part.map(({ tilgang: { aktor, ressurs, privilegium }, avgjorelse }) => ({ aktor, ressurs, privilegium, avgjorelse }));
    const { beholdt, fjernet } = (await api.POST('/min-kommune/api/v1/{fiksOrgId}/tilgangsgjennomgang', { params: { path: { fiksOrgId: org } }, body: { tilganger } as never })).data!;
    recorded.current = { beholdt: recorded.current.beholdt + beholdt, fjernet: recorded.current.fjernet + fjernet };
    // A repeat sends only the other parts. A choice that she has changed meanwhile is not recorded.
    const sent = new Map(part.map((valg) => [keyOf(valg.tilgang), valg]));
    setChoices((before) => new Map([...before].filter(([key, valg]) => sent.get(key) !== valg)));
  };
  const save = useEndring(
    async () => {
      try {
        for (let left = decided; left.length > 0; left = left.slice(choicesAtOnce)) await send(left.slice(0, choicesAtOnce));
      } catch (error) {
        // A part that was recorded, or somebody else, has changed the list. It is not awaited, so that the error is told at once.
        void refresh();
        throw error;
      }
    },
    () => {
      const { beholdt, fjernet } = recorded.current;
      recorded.current = nothing;
      tell(false);
      ask(false);
      return { tekst: f.utfort(beholdt, fjernet) };
    },
  );
  const may = kan('ReviewTilganger');
  const nameOf = ({ privilegium, omrade }: Tilgang) => {
    const role = privilegium === 'ADMIN' && omrade !== 'ORGANISASJON' ? 'TJENESTEADMINISTRATOR' : privilegium;
    return [tekster.roller[role] ?? tekster.ny.bruksomrader[role] ?? role, omrade !== 'ORGANISASJON' && tekster.undertjenester[omrade]].filter(Boolean).join(', ');
  };
  const holder = (one: Tilgang) => one.navn ?? tekster.personer.ukjentNavn;
  /** The holder within a sentence, told from the others whose names nobody knows yet. */
  const holderInText = (one: Tilgang) => one.navn ?? tekster.personer.ukjentPerson(one.gitt ? m.tidspunkt(one.gitt) : undefined);
  return (
    <Forvaltning tittel={f.tittel} ingress={f.ingress} kommando="ReviewTilganger">
      {() => (
        <>
          <fieldset className="valggruppe">
            <legend>{f.vis}</legend>
            {utvalg.map((one) => (
              <Radio key={one} name="utvalg" value={one} label={f.utvalg[one]} checked={chosen === one} onChange={() => { choose(one); }} />
            ))}
          </fieldset>
          <Tilstand query={query} skjelett={<SkjelettTabell />} erTom={({ treff }) => treff.length === 0} tom={<Tom tittel={f.tom} tekst={f.tomTekst} />}>
            {({ treff, sistGjennomgatt, utloperSnart, ikkeGjennomgatt }) => (
              <>
                <p className="dempet">
                  {sistGjennomgatt ? f.sist(m.dag(sistGjennomgatt)) : f.aldri} {utloperSnart > 0 && f.utloperSnart(utloperSnart)} {ikkeGjennomgatt > 0 && f.ikkeGjennomgatt(ikkeGjennomgatt)}
                </p>
                <Utsnitt alle={treff}>
                  {(shown) => (
                    <ul className="rader">
                      {shown.map((one) => (
                        <li key={keyOf(one)}>
                          <div className="radnavn">
                            <strong>{holder(one)}</strong>
                            <span>{nameOf(one)}</span>
                            {one.utloperSnart && one.utlop && (
                              <span>
                                <Tag data-color="warning" data-size="sm">
                                  {tekster.personer.varer} {m.dag(one.utlop)}
                                </Tag>
                              </span>
                            )}
                          </div>
                          <Fakta
                            fakta={[
                              [f.siden, one.gitt && m.dag(one.gitt)],
                              [tekster.personer.gittAv, one.gittAvNavn],
                              [f.sistBrukt, one.sistBrukt ? m.dag(one.sistBrukt) : tekster.personer.aldri],
                            ]}
                          />
                          {may && (
                            <fieldset className="valggruppe">
                              <legend className="ds-sr-only">{f.forAktor(holderInText(one), nameOf(one))}</legend>
                              {(['BEHOLD', 'FJERN'] as const).map((choice) => (
                                <Radio key={choice} name={keyOf(one)} value={choice} label={choice === 'BEHOLD' ? f.behold : f.fjern} disabled={save.isPending} checked={choices.get(keyOf(one))?.avgjorelse === choice} onChange={() => { setChoices((before) => new Map(before).set(keyOf(one), { tilgang: one, avgjorelse: choice })); }} />
                              ))}
                            </fieldset>
                          )}
                        </li>
                      ))}
                    </ul>
                  )}
                </Utsnitt>
              </>
            )}
          </Tilstand>
          {may && (rows.length > 0 || decided.length > 0) && (
            <>
              {told && decided.length === 0 && <Alert data-color="warning" role="alert">{f.velgNoe}</Alert>}
              {hidden > 0 && <p>{f.andreValg(hidden)}</p>}
              <div className="knapper">
                <Button
                  data-color="accent"
                  loading={save.isPending}
                  onClick={() => {
                    tell(true);
                    if (removed.length > 0) ask(true);
                    else if (decided.length > 0) save.mutate(undefined);
                  }}
                >
                  {f.lagre}
                </Button>
                {decided.length > 0 && (
                  <Button
                    variant="tertiary"
                    data-color="accent"
                    disabled={save.isPending}
                    onClick={() => {
                      setChoices(new Map());
                      recorded.current = nothing;
                    }}
                  >
                    {f.nullstill}
                  </Button>
                )}
              </div>
            </>
          )}
          <Dialogboks apen={asking} lukk={() => { ask(false); }} tittel={f.lagre} knapp={f.lagre} farge="danger" venter={save.isPending} send={() => { save.mutate(undefined); }}>
            {removed.length > 0 && <Paragraph>{f.bekreft(removed.length)}</Paragraph>}
            <ul>
              {removed.map(({ tilgang }) => (
                <li key={keyOf(tilgang)}>{f.forAktor(holderInText(tilgang), nameOf(tilgang))}</li>
              ))}
            </ul>
            {save.isError && <Feil error={save.error} />}
          </Dialogboks>
        </>
      )}
    </Forvaltning>
  );
}
