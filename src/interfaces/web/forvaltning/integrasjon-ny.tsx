import { Button, Card, Heading, Paragraph, Label } from '@digdir/designsystemet-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { api } from '../api/client.js';
import { errorOf } from '../api/error.js';
import { Checkbox, Field, Fieldset, Radio, Textarea, Textfield, ValidationMessage } from '../shell/felt.js';
import { useReceipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Feilliste } from '../shell/states.js';
import { bruk, steder, type Sted, useSmuler } from './integrasjoner.js';
import { Forvaltning, refresh, Stengt, useOrganisasjon } from './oppsett.js';
import { makePassword, PassordDialog, type Passord } from './passord.js';
import { useTekster } from './tekster.js';

/** The display names of the tilganger, as the page where an integration is created has them. */
export const tilgangsnavn: Readonly<Record<string, string>> = {
  'INNSYN.INDEX.MAPPE': 'Indeksering: Mappe',
  'INNSYN.INDEX.FAKTURA': 'Indeksering: Faktura',
  'INNSYN.INDEX.SKJEMA': 'Indeksering skjema',
  'INNSYN.SOK': 'Kan søke i Innsyn på vegne av en innbygger',
  'MATRIKKEL.QUERY': 'søke i matrikkelen',
};

/** Opprett integrasjon: four numbered steps, and one request. */
export function NyIntegrasjon({ sted }: { readonly sted: Sted }) {
  const f = useTekster();
  return (
    <Forvaltning
      tittel={f.ny.tittel}
      kommando="CreateIntegration"
      smuler={useSmuler(sted)}
    >
      {({ avtale }) => (avtale.apen ? <Skjema sted={sted} /> : <Stengt />)}
    </Forvaltning>
  );
}

function Skjema({ sted }: { readonly sted: Sted }) {
  const { t } = useSprak();
  const f = useTekster().ny;
  const { org } = useOrganisasjon();
  const navigate = useNavigate();
  const say = useReceipt();
  const ids = { navn: useId(), beskrivelse: useId(), autorisertOrgnr: useId(), tilganger: useId() };
  // Made once, so that pressing the button again after a lost answer is the same integration.
  const [id] = useState(() => crypto.randomUUID());
  const [navn, setNavn] = useState('');
  const [beskrivelse, setBeskrivelse] = useState('');
  const [orgnr, setOrgnr] = useState('');
  const [tilganger, setTilganger] = useState<readonly string[]>(sted === 'MINE_EIENDOMMER' ? bruk.MINE_EIENDOMMER : []);
  const [lagring, setLagring] = useState<'DOKUMENTLAGER' | 'FAGSYSTEM' | ''>('');
  const [withPassword, setWithPassword] = useState(true);
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const [passord, setPassord] = useState<Passord>();
  const leave = async () => {
    say({ tekst: f.opprettet(navn.trim()) });
    await navigate({ to: steder[sted].liste, params: { org } });
  };
  const create = useMutation({
    mutationFn: async () => {
      await api.POST('/min-kommune/api/v1/{fiksOrgId}/integrasjoner', {
        params: { path: { fiksOrgId: org } },
        body: { id, navn, autorisertOrgnr: orgnr.replace(/\s/g, ''), undertjeneste: sted, tilganger: [...tilganger], ...(beskrivelse.trim() !== '' && { beskrivelse }), ...(lagring !== '' && { lagring }) },
      });
      return withPassword ? makePassword(id) : undefined;
    },
    onSuccess: async (made) => {
      // Before the pages are asked for anew, because that can take long, and the password is lost with this tab.
      if (made) setPassord(made);
      await refresh();
      if (!made) await leave();
    },
  });
  const error = create.isError ? create.error : undefined;
  const wrong = (felt: string) => missing[felt] ?? (error ? errorOf(error).in(t.feil).of(felt) : undefined);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const lacking: Record<string, string> = {
      ...(navn.trim() === '' && { navn: f.skrivNavn }),
      ...(!/^\d{9}$/.test(orgnr.replace(/\s/g, '')) && { autorisertOrgnr: f.skrivOrgnr }),
      ...(tilganger.length === 0 && { tilganger: f.velgBruk }),
    };
    setMissing(lacking);
    const [first] = Object.keys(lacking) as (keyof typeof ids)[];
    if (first !== undefined) document.getElementById(ids[first])?.focus();
    else if (!create.isPending) create.mutate();
  };
  const felt = {
    navn: { id: ids.navn, navn: f.navn },
    beskrivelse: { id: ids.beskrivelse, navn: f.beskrivelse },
    autorisertOrgnr: { id: ids.autorisertOrgnr, navn: f.orgnr },
    tilganger: { id: ids.tilganger, navn: f.bruksomrade },
  };
  return (
    <form className="steg" onSubmit={submit} noValidate>
      <Feilliste error={error} felt={felt} />
      <Steg tittel={f.steg(1, f.navnOgBeskrivelse)} tekst={f.navnTekst}>
        <Textfield id={ids.navn} label={f.navn} description={f.navnHjelp} value={navn} error={wrong('navn')} onChange={({ target }) => { setNavn(target.value); }} />
        <Field>
          <Label htmlFor={ids.beskrivelse}>{f.beskrivelse}</Label>
          <Field.Description>{f.beskrivelseHjelp}</Field.Description>
          <Textarea id={ids.beskrivelse} rows={3} value={beskrivelse} onChange={({ target }) => { setBeskrivelse(target.value); }} />
          {wrong('beskrivelse') !== undefined && <ValidationMessage>{wrong('beskrivelse')}</ValidationMessage>}
        </Field>
        <Textfield id={ids.autorisertOrgnr} label={f.orgnr} description={f.orgnrHjelp} inputMode="numeric" value={orgnr} error={wrong('autorisertOrgnr')} onChange={({ target }) => { setOrgnr(target.value); }} />
      </Steg>
      <Steg tittel={f.steg(2, f.bruksomrade)} tekst={f.bruksomradeTekst}>
        <Fieldset>
          <Fieldset.Legend className="ds-sr-only">{f.bruksomrade}</Fieldset.Legend>
          {bruk[sted].map((one, n) => (
            <Checkbox
              key={one}
              {...(n === 0 && { id: ids.tilganger })}
              label={f.bruksomrader[one]}
              description={tilgangsnavn[one]}
              value={one}
              checked={tilganger.includes(one)}
              onChange={({ target }) => { setTilganger(target.checked ? [...tilganger, one] : tilganger.filter((other) => other !== one)); }}
            />
          ))}
          {wrong('tilganger') !== undefined && <ValidationMessage>{wrong('tilganger')}</ValidationMessage>}
        </Fieldset>
      </Steg>
      {sted === 'INNSYN' && (
        <Steg tittel={f.steg(3, f.lagring)} tekst={f.lagringTekst}>
          <Fieldset>
            <Fieldset.Legend className="ds-sr-only">{f.lagring}</Fieldset.Legend>
            {(['DOKUMENTLAGER', 'FAGSYSTEM', ''] as const).map((one) => (
              <Radio key={one} name="lagring" value={one} label={one === '' ? f.senere : f.lagringer[one]!} checked={lagring === one} onChange={() => { setLagring(one); }} />
            ))}
          </Fieldset>
        </Steg>
      )}
      <Steg tittel={f.steg(sted === 'INNSYN' ? 4 : 3, f.passord)} tekst={f.passordTekst}>
        <Checkbox label={f.lagPassord} value="ja" checked={withPassword} onChange={({ target }) => { setWithPassword(target.checked); }} />
      </Steg>
      <div className="knapper">
        <Button type="submit" data-color="accent" loading={create.isPending}>
          {f.knapp}
        </Button>
        <Button type="button" variant="tertiary" data-color="accent" onClick={() => void navigate({ to: steder[sted].liste, params: { org } })}>
          {t.handling.avbryt}
        </Button>
      </div>
      <PassordDialog passord={passord} navn={navn} ferdig={() => void leave()} />
    </form>
  );
}

function Steg({ tittel, tekst, children }: { readonly tittel: string; readonly tekst: string; readonly children: ReactNode }) {
  const heading = useId();
  return (
    <Card data-color="neutral" className="kort" asChild>
      <section aria-labelledby={heading}>
        <Heading level={2} data-size="xs" id={heading}>
          {tittel}
        </Heading>
        <Paragraph>{tekst}</Paragraph>
        <div className="skjema">{children}</div>
      </section>
    </Card>
  );
}
