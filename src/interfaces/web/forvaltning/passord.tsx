import { Alert, Button, Dialog, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useId, useState } from 'react';
import { api } from '../api/client.js';
import { errorOf } from '../api/error.js';
import { Dialogboks } from '../shell/dialog.js';
import { Checkbox } from '../shell/felt.js';
import { Feil } from '../shell/states.js';
import { Verdi } from '../shell/verdi.js';
import { ifMatch, useEndring } from './oppsett.js';
import { useTekster } from './tekster.js';

/** An integration's id and its new password, which only this answer has. */
export interface Passord {
  readonly integrasjonId: string;
  readonly passord: string;
}

/** Makes a new password. The one before stops working at once. */
export const makePassword = async (integrasjonId: string, revisjon?: number): Promise<Passord> => {
  const { data } = await api.POST('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/lagPassord', { params: { path: { integrasjonId }, ...(revisjon !== undefined && { header: ifMatch(revisjon) }) } });
  return { integrasjonId, passord: data!.passord };
};

/** The button that makes a password, and asks first when one is in use. */
export function LagPassord({ integrasjonId, revisjon, navn, finnes, vis }: { readonly integrasjonId: string; readonly revisjon: number; readonly navn: string; readonly finnes: boolean; readonly vis: (passord: Passord) => void }) {
  const tekster = useTekster();
  const f = tekster.passord;
  const [asking, ask] = useState(false);
  const make = useEndring(async () => {
    const made = await makePassword(integrasjonId, revisjon);
    // Before the pages are asked for anew, because that can take long, and the password is lost with this tab.
    ask(false);
    vis(made);
  });
  return (
    <>
      <Button
        variant="secondary"
        data-color="accent"
        loading={make.isPending && !asking}
        onClick={() => {
          if (finnes) ask(true);
          else make.mutate(undefined);
        }}
      >
        {finnes ? f.lagNytt : f.lag}
      </Button>
      <Dialogboks apen={asking} lukk={() => { ask(false); }} tittel={f.bekreftTittel} knapp={f.lagNytt} farge="danger" venter={make.isPending} send={() => { make.mutate(undefined); }}>
        <Paragraph>
          <strong>{navn}</strong>
        </Paragraph>
        <Paragraph>{f.bekreftTekst}</Paragraph>
        <Paragraph>{tekster.kanIkkeAngres}</Paragraph>
        {make.isError && <Feil error={errorOf(make.error)} />}
      </Dialogboks>
    </>
  );
}

/** The password, shown once. Escape does not close it, because it cannot be shown again. */
export function PassordDialog({ passord, navn, ferdig }: { readonly passord: Passord | undefined; readonly navn?: string | undefined; readonly ferdig: () => void }) {
  const f = useTekster().passord;
  const [kept, keep] = useState(false);
  const heading = useId();
  return (
    <Dialog open={passord !== undefined} closedby="none" closeButton={false} aria-labelledby={heading} data-color="neutral">
      <Dialog.Block>
        <Heading level={2} data-size="sm" id={heading} tabIndex={-1} autoFocus>
          {f.tittel}
        </Heading>
        {navn !== undefined && <p className="dempet">{navn}</p>}
      </Dialog.Block>
      <Dialog.Block>
        <div className="skjema">
          <Alert data-color="warning">
            <Paragraph>{f.engang}</Paragraph>
          </Alert>
          <Verdi navn={f.id} verdi={passord?.integrasjonId ?? ''} />
          <Verdi navn={f.passord} verdi={passord?.passord ?? ''} />
          <Checkbox label={f.tattVare} value="ja" checked={kept} onChange={({ target }) => { keep(target.checked); }} />
        </div>
      </Dialog.Block>
      <Dialog.Block>
        <div className="knapper">
          <Button
            data-color="accent"
            aria-disabled={!kept}
            onClick={() => {
              if (!kept) return;
              keep(false);
              ferdig();
            }}
          >
            {f.ferdig}
          </Button>
          {!kept && <span className="dempet">{f.kryss}</span>}
        </div>
      </Dialog.Block>
    </Dialog>
  );
}
