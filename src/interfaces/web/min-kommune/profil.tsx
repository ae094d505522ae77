import { Alert, Button, Card, Heading, Paragraph, Skeleton } from '@digdir/designsystemet-react';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { api, queries, queryClient, request } from '../api/client.js';
import { loginAddress, useChangeMeg, useMeg } from '../api/meg.js';
import { Dialogboks } from '../shell/dialog.js';
import { Checkbox, Radio, Select, Switch } from '../shell/felt.js';
import { Lenke, Side } from '../shell/page.js';
import { useReceipt } from '../shell/receipt.js';
import { save } from '../shell/save.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tilstand } from '../shell/states.js';
import { appearance, applyAppearance, hasShortcut, setShortcut, type Appearance } from '../shell/utseende.js';
import type { Sprak } from '../texts/moments.js';

/** Profil: what she may choose, and what she may do with what is kept about her. */
export function Profil() {
  const { t } = useSprak();
  const { navn, innloggingsniva } = useMeg();
  return (
    <Side tittel={t.profil.tittel}>
      <div className="rutenett to">
        <Del tittel={t.profil.omDeg}>
          <dl className="fakta">
            <div>
              <dt>{t.profil.navn}</dt>
              <dd>{navn}</dd>
            </div>
            <div>
              <dt>{t.profil.niva}</dt>
              <dd>{t.profil.nivaer[innloggingsniva]}</dd>
            </div>
          </dl>
          <p>
            <Lenke to="/innsynslogg">{t.skall.innsynslogg}</Lenke>
          </p>
        </Del>
        <Kommune />
        <Visning />
        <Opplysninger />
        <Glem />
      </div>
    </Side>
  );
}

function Del({ tittel, id, children }: { readonly tittel: string; readonly id?: string; readonly children: ReactNode }) {
  return (
    <Card data-color="neutral" className="kort" asChild>
      <section id={id}>
        <Heading level={2} data-size="xs">
          {tittel}
        </Heading>
        {children}
      </section>
    </Card>
  );
}

/** The most organisations in the country's list. There are 372 of them. */
const allOrganisations = 500;

function Kommune() {
  const { t } = useSprak();
  const { egenKommune } = useMeg();
  const [chosen, choose] = useState(egenKommune?.kommunenummer ?? '');
  const change = useChangeMeg();
  const say = useReceipt();
  const field = useId();
  const query = queries.useQuery('get', '/min-kommune/api/v1/organisasjoner', { params: { query: { antall: allOrganisations } } }, { staleTime: Infinity });
  return (
    <Del tittel={t.profil.kommune} id="kommune">
      <Tilstand query={query} skjelett={<Skeleton variant="rectangle" height={130} />}>
        {({ treff }) => {
          const kommuner = treff.flatMap(({ kommunenr, navn }) => (kommunenr ? [{ kommunenr, navn }] : [])).sort((a, b) => a.navn.localeCompare(b.navn, 'nb'));
          const save = (event: SubmitEvent) => {
            event.preventDefault();
            const name = kommuner.find(({ kommunenr }) => kommunenr === chosen)?.navn;
            if (name === undefined) return;
            change.mutate({ kommunenummer: chosen }, { onSuccess: () => { say({ tekst: t.profil.kommuneLagret(name), se: '/' }); } });
          };
          return (
            <form className="skjema" onSubmit={save}>
              {egenKommune === null && <p>{t.profil.ingenKommune}</p>}
              <label className="velger" htmlFor={field}>
                {t.profil.byttKommune}
                <Select id={field} value={chosen} onChange={({ target }) => { choose(target.value); }}>
                  {chosen === '' && <Select.Option value="">–</Select.Option>}
                  {kommuner.map(({ kommunenr, navn }) => (
                    <Select.Option key={kommunenr} value={kommunenr}>
                      {navn}
                    </Select.Option>
                  ))}
                </Select>
              </label>
              {change.isError && <Feil error={change.error} />}
              <div>
                <Button type="submit" variant="secondary" data-color="accent" loading={change.isPending}>
                  {t.profil.lagreKommune}
                </Button>
              </div>
            </form>
          );
        }}
      </Tilstand>
    </Del>
  );
}

function Visning() {
  const { t, sprak, choose } = useSprak();
  const [look, setLook] = useState(appearance);
  const [shortcut, keepShortcut] = useState(hasShortcut);
  const show = (value: Appearance) => () => {
    applyAppearance(value);
    setLook(value);
  };
  const speak = (value: Sprak) => () => void choose(value);
  return (
    <Del tittel={t.profil.visning}>
      <fieldset className="valggruppe">
        <legend>{t.profil.sprak}</legend>
        <Radio name="sprak" value="nb" label={t.profil.bokmal} checked={sprak === 'nb'} onChange={speak('nb')} />
        <Radio name="sprak" value="nn" label={t.profil.nynorsk} checked={sprak === 'nn'} onChange={speak('nn')} />
      </fieldset>
      <fieldset className="valggruppe">
        <legend>{t.profil.utseende}</legend>
        <Radio name="utseende" value="auto" label={t.profil.auto} checked={look === 'auto'} onChange={show('auto')} />
        <Radio name="utseende" value="light" label={t.profil.lyst} checked={look === 'light'} onChange={show('light')} />
        <Radio name="utseende" value="dark" label={t.profil.morkt} checked={look === 'dark'} onChange={show('dark')} />
      </fieldset>
      <Switch
        label={t.profil.snarvei}
        description={t.profil.snarveiTekst}
        checked={shortcut}
        onChange={({ target }) => {
          setShortcut(target.checked);
          keepShortcut(target.checked);
        }}
      />
      <p className="dempet">{t.profil.sprakTekst}</p>
    </Del>
  );
}

function Opplysninger() {
  const { t } = useSprak();
  const copy = useMutation({
    mutationFn: () => request<unknown>('GET', '/min-kommune/api/v1/meg/opplysninger'),
    onSuccess: (opplysninger) => {
      save('mine-opplysninger.json', new Blob([JSON.stringify(opplysninger, undefined, 2)], { type: 'application/json' }));
    },
  });
  return (
    <Del tittel={t.profil.opplysninger}>
      <Paragraph>{t.profil.opplysningerTekst}</Paragraph>
      {copy.isError && <Feil error={copy.error} />}
      <div>
        <Button variant="secondary" data-color="accent" loading={copy.isPending} onClick={() => { copy.mutate(); }}>
          {copy.isPending ? t.profil.lasterNed : t.profil.lastNed}
        </Button>
      </div>
    </Del>
  );
}

function Glem() {
  const { t, m } = useSprak();
  const { innloggingsniva } = useMeg();
  const [open, setOpen] = useState(false);
  const [sure, setSure] = useState(false);
  const [told, tell] = useState(false);
  const say = useReceipt();
  const close = () => {
    setOpen(false);
    setSure(false);
    tell(false);
  };
  const forget = useMutation({
    mutationFn: async () => (await api.POST('/min-kommune/api/v1/innbygger/glem')).data,
    // Her sessions have ended, so the login takes the place of this page, and the receipt says what happened.
    onSuccess: async (kept) => {
      close();
      say({ tekst: `${t.profil.glemt}. ${kept ? t.profil.navnBeholdes(m.dag(kept.navnBeholdesTil)) : t.profil.glemtTekst}` });
      // The login is another page, and begins at its top.
      scrollTo(0, 0);
      await queryClient.resetQueries();
    },
  });
  return (
    <Del tittel={t.profil.glem}>
      <Paragraph>{t.profil.glemTekst}</Paragraph>
      <Paragraph>{t.profil.glemNavn}</Paragraph>
      {innloggingsniva < 4 ? (
        <Alert data-color="info">
          <Paragraph>{t.profil.niva4}</Paragraph>
          <a className="ds-link" href={loginAddress('idporten')}>
            {t.tilstand.loggInnHoyere}
          </a>
        </Alert>
      ) : (
        <div>
          <Button variant="secondary" data-color="danger" onClick={() => { setOpen(true); }}>
            {t.profil.glemKnapp}
          </Button>
        </div>
      )}
      <Dialogboks
        apen={open}
        lukk={close}
        tittel={t.profil.glemTittel}
        send={() => {
          tell(!sure);
          if (sure) forget.mutate();
        }}
        knapp={t.profil.glemKnapp}
        farge="danger"
        venter={forget.isPending}
      >
        <Paragraph>{t.profil.glemTekst}</Paragraph>
        <Paragraph>{t.profil.glemNavn}</Paragraph>
        <Paragraph>
          <strong>{t.profil.glemAngre}</strong>
        </Paragraph>
        {forget.isError && <Feil error={forget.error} />}
        <Checkbox label={t.profil.glemForstaar} value="ja" checked={sure} onChange={({ target }) => { setSure(target.checked); }} error={told && !sure && t.profil.glemKreverHake} />
      </Dialogboks>
    </Del>
  );
}
