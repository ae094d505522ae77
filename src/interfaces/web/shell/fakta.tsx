/** Names with their values. Those without a value are left out. */
export function Fakta({ fakta }: { readonly fakta: readonly (readonly [navn: string, verdi: string | null | undefined | false])[] }) {
  return (
    <dl className="fakta">
      {fakta.map(([navn, verdi]) =>
        verdi ? (
          <div key={navn}>
            <dt>{navn}</dt>
            <dd>{verdi}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
