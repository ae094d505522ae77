import { Button, Card, Heading, Tag } from '@digdir/designsystemet-react';
import { useNavigate } from '@tanstack/react-router';
import { useChangeMeg, useMeg } from '../api/meg.js';
import { Side } from '../shell/page.js';
import { useReceipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tom } from '../shell/states.js';

/** The choice of whom she acts for: herself, or a virksomhet. */
export function VelgAktor() {
  const { t } = useSprak();
  const { navn, representerer, kanRepresentere } = useMeg();
  const change = useChangeMeg();
  const navigate = useNavigate();
  const say = useReceipt();
  const choose = (orgnr: string | null, name: string) => () => {
    change.mutate(
      { orgnr },
      {
        onSuccess: () => {
          say({ tekst: orgnr === null ? t.aktor.byttetTilDegSelv : t.aktor.byttet(name) });
          void navigate({ to: '/' });
        },
      },
    );
  };
  const Valg = ({ orgnr, name }: { readonly orgnr: string | null; readonly name: string }) => {
    const isChosen = (representerer?.orgnr ?? null) === orgnr;
    return (
      <Card data-color="neutral" className="kort">
        <Heading level={2} data-size="2xs">
          {name}
        </Heading>
        <p className="dempet">{orgnr?.replace(/(\d{3})(?=\d)/g, '$1 ') ?? navn}</p>
        {isChosen ? (
          <span>
            <Tag data-color="success">{t.aktor.valgt}</Tag>
          </span>
        ) : (
          <span>
            <Button variant="secondary" data-color="accent" disabled={change.isPending} onClick={choose(orgnr, name)} aria-label={`${t.aktor.velg} ${name}`}>
              {t.aktor.velg}
            </Button>
          </span>
        )}
      </Card>
    );
  };
  return (
    <Side tittel={t.aktor.tittel} ingress={t.aktor.ingress}>
      {change.isError && <Feil error={change.error} />}
      <ul className="rutenett">
        <li>
          <Valg orgnr={null} name={t.aktor.degSelv} />
        </li>
        {kanRepresentere.map((one) => (
          <li key={one.orgnr}>
            <Valg orgnr={one.orgnr} name={one.navn} />
          </li>
        ))}
      </ul>
      {kanRepresentere.length === 0 && <Tom tittel={t.aktor.ingen} tekst={t.aktor.ingenTekst} />}
    </Side>
  );
}
