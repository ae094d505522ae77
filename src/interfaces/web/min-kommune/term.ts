import { useNavigate, useSearch } from '@tanstack/react-router';

/** The words in the address of a page with a list, and how to change them. */
export function useTerm(): readonly [term: string, sok: (term: string) => void] {
  const { q = '' } = useSearch({ strict: false });
  const navigate = useNavigate();
  return [q, (term) => void navigate({ to: '.', search: (before: object) => ({ ...before, q: term === '' ? undefined : term }), replace: false })];
}
