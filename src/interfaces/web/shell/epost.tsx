import { Fragment } from 'react';

/** A text whose e-mail addresses are links. */
export function MedEpost({ tekst }: { readonly tekst: string }) {
  // The parts at odd places are the addresses, because the pattern is a group.
  return tekst.split(/(\S+@\S+\w)/).map((part, n) =>
    n % 2 === 1 ? (
      <a key={part} className="ds-link" href={`mailto:${part}`}>
        {part}
      </a>
    ) : (
      <Fragment key={part}>{part}</Fragment>
    ),
  );
}
