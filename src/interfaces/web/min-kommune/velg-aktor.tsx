import { Alert, Button, Card, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { useNavigate } from '@tanstack/react-router';
import { useChangeMeg, useMeg } from '../api/meg.js';
import { Side } from '../shell/page.js';
import { useReceipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tom } from '../shell/states.js';

/** The choice of whom she acts for: herself, or a virksomhet. */
export function VelgAktor() {
  const { t } = useSprak();
  const { navn, representerer, kanRepresentere, kanRepresentereUkjent } = useMeg();
  const chosen = representerer?.orgnr ?? null;
  const change = useChangeMeg();
  const navigate = useNavigate();
  const say = useReceipt();
  const choose = (orgnr: string | null, name: string) => {
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
  return (
    <Side tittel={t.aktor.tittel} ingress={t.aktor.ingress}>
      {change.isError && <Feil error={change.error} />}
      <ul className="rutenett">
        <li>
          <Valg navn={t.aktor.degSelv} nummer={navn} valgt={chosen === null} venter={change.isPending} velg={() => { choose(null, t.aktor.degSelv); }} />
        </li>
        {kanRepresentere.map((one) => (
          <li key={one.orgnr}>
            <Valg navn={one.navn} nummer={one.orgnr.replace(/(\d{3})(?=\d)/g, '$1 ')} valgt={chosen === one.orgnr} venter={change.isPending} velg={() => { choose(one.orgnr, one.navn); }} />
          </li>
        ))}
      </ul>
      {kanRepresentereUkjent && (
        <Alert data-color="warning">
          <Paragraph>{t.aktor.ukjent}</Paragraph>
        </Alert>
      )}
      {kanRepresentere.length === 0 && !kanRepresentereUkjent && <Tom tittel={t.aktor.ingen} tekst={t.aktor.ingenTekst} />}
    </Side>
  );
}

interface ValgProps {
  readonly navn: string;
  /** Stands below the name: the number of a virksomhet, or her own name. */
  readonly nummer: string;
  readonly valgt: boolean;
  readonly venter: boolean;
  readonly velg: () => void;
}
function Valg({ navn, nummer, valgt, venter, velg }: ValgProps) {
  const { t } = useSprak();
  return (
    <Card data-color="neutral" className="kort">
      <Heading level={2} data-size="2xs">
        {navn}
      </Heading>
      <p className="dempet">{nummer}</p>
      <span>
        {valgt ? (
          <Tag data-color="success">{t.aktor.valgt}</Tag>
        ) : (
          <Button variant="secondary" data-color="accent" disabled={venter} onClick={velg} aria-label={`${t.aktor.velg} ${navn}`}>
            {t.aktor.velg}
          </Button>
        )}
      </span>
    </Card>
  );
}
