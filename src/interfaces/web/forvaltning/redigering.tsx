import { Button, Heading } from '@digdir/designsystemet-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, type LinkProps } from '@tanstack/react-router';
import { useId, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import { errorOf } from '../api/error.js';
import { Konflikt } from '../shell/conflict.js';
import { useReceipt, type Receipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Feilliste } from '../shell/states.js';
import { fetchOppsett, refresh, same, useFunn, useOppsett, useOrganisasjon, type Konfigurasjon } from './oppsett.js';
import { useTekster } from './tekster.js';

interface Changed {
  readonly revisjon: number;
}
/** A field of a form: its name, the id of its input, and its value in words. */
export interface Felt {
  readonly navn: string;
  readonly id: string;
  readonly verdi: string;
}

interface RedigeringProps<D, T extends Changed> {
  readonly start: D;
  /** Finds the thing in the setup; missing for something new. It changes while the form is open, when somebody else changes it. */
  readonly finn?: ((oppsett: Konfigurasjon) => T | undefined) | undefined;
  readonly utkastAv: (thing: T) => D;
  /** The fields of a draft, by the names that the service gives them. */
  readonly felt: (draft: D) => Readonly<Record<string, Felt>>;
  /** Sends the draft, which expects the thing at the revision. */
  readonly send: (draft: D, revisjon: number) => Promise<T>;
  readonly ferdig: (thing: T) => Promise<Receipt> | Receipt;
  readonly knapp: string;
  /** The button that saves her version in a conflict, when it does more than that. */
  readonly brukMitt?: string | undefined;
  /** The page to go to afterwards. */
  readonly til: LinkProps['to'];
  /** Own reasons why the draft cannot be sent, by field. */
  readonly mangler?: (draft: D) => Readonly<Record<string, string>>;
  /** The view of citizens. Missing for things that they do not see. */
  readonly forhandsvisning?: ((draft: D) => ReactNode) | undefined;
  readonly children: (form: { readonly utkast: D; readonly sett: (change: Partial<D>) => void; readonly feil: (felt: string) => string | undefined }) => ReactNode;
}

/** The revision of something new, which no command expects. */
const none = -1;

/**
 * A form beside what citizens will see. When somebody else has changed the thing in the meantime, both versions are shown side by
 * side, and she chooses.
 */
export function Redigering<D, T extends Changed>({ start, finn, utkastAv, felt, send, ferdig, knapp, brukMitt, til, mangler, forhandsvisning, children }: RedigeringProps<D, T>) {
  const { t } = useSprak();
  const tekster = useTekster();
  const { org } = useOrganisasjon();
  const navigate = useNavigate();
  const say = useReceipt();
  const [utkast, setUtkast] = useState(start);
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const [conflict, setConflict] = useState(false);
  const [width, setWidth] = useState<'mobil' | 'pc'>('pc');
  const find = useFunn();
  const oppsett = useOppsett(org).data;
  const na = oppsett && finn?.(oppsett);
  // The thing that she began with, not the one that stands now, or the change of the other would be lost.
  const began = useRef(na);
  const heading = useId();
  const attempt = () => send(utkast, began.current?.revisjon ?? none);
  const save = useMutation({
    mutationFn: async () => {
      try {
        return await attempt();
      } catch (error) {
        if (errorOf(error).kind !== 'conflict' || !began.current) throw error;
        const now = finn?.(await fetchOppsett(org));
        // What changed is nothing that stands in the form, such as a tilgang that she gave herself, or is what she wants too.
        if (!now || now.revisjon === began.current.revisjon || ![utkastAv(began.current), utkast].some((one) => same(one, utkastAv(now)))) throw error;
        began.current = now;
        return await attempt();
      }
    },
    onSuccess: async (thing) => {
      await refresh();
      say(await find(() => ferdig(thing)));
      await navigate({ to: til, params: { org } as never });
    },
    onError: async (error) => {
      if (errorOf(error).kind !== 'conflict') return;
      await refresh();
      setConflict(true);
    },
  });
  const fields = felt(utkast);
  const theirs = na && felt(utkastAv(na));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const lacking = mangler?.(utkast) ?? {};
    setMissing(lacking);
    const [first] = Object.keys(lacking);
    if (first !== undefined) document.getElementById(fields[first]?.id ?? '')?.focus();
    else if (!save.isPending) save.mutate();
  };
  const error = save.isError && errorOf(save.error).kind !== 'conflict' ? save.error : undefined;
  return (
    <div className={forhandsvisning ? 'tospalter' : undefined}>
      <form className="skjema" onSubmit={submit} noValidate>
        <Feilliste error={error} felt={fields} />
        {children({
          utkast,
          sett: (change) => { setUtkast((before) => ({ ...before, ...change })); },
          feil: (name) => missing[name] ?? (error ? errorOf(error).in(t.feil).of(name) : undefined),
        })}
        <div className="knapper">
          <Button type="submit" data-color="accent" loading={save.isPending}>
            {save.isPending ? t.handling.lagrer : knapp}
          </Button>
          <Button type="button" variant="tertiary" data-color="accent" onClick={() => void navigate({ to: til, params: { org } as never })}>
            {t.handling.avbryt}
          </Button>
        </div>
      </form>
      {forhandsvisning && <section className="forhandsvisning" aria-labelledby={heading}>
        <div className="avsnittstopp">
          <Heading level={2} data-size="xs" id={heading}>
            {tekster.forhandsvisning}
          </Heading>
          <div className="knapper" role="group" aria-label={tekster.bredde}>
            {(['pc', 'mobil'] as const).map((one) => (
              <Button key={one} type="button" data-size="sm" data-color="accent" variant={width === one ? 'secondary' : 'tertiary'} aria-pressed={width === one} onClick={() => { setWidth(one); }}>
                {tekster[one]}
              </Button>
            ))}
          </div>
        </div>
        <div className="vindu" data-bredde={width}>
          {forhandsvisning(utkast)}
        </div>
      </section>}
      <Konflikt
        apen={conflict}
        {...(brukMitt !== undefined && { knapp: brukMitt })}
        felt={Object.entries(fields).map(([name, { navn, verdi }]) => ({ navn, mitt: verdi, deres: theirs?.[name]?.verdi ?? '' }))}
        lukk={() => { setConflict(false); }}
        brukMitt={() => {
          setConflict(false);
          began.current = na;
          save.mutate();
        }}
        brukDeres={() => {
          setConflict(false);
          if (na) {
            setUtkast(utkastAv(na));
            began.current = na;
          }
          save.reset();
        }}
      />
    </div>
  );
}
