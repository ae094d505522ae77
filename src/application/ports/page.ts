/** Which part of a list: from number `fra` (0 first), `antall` at most. */
export interface PageRequest {
  readonly fra: number;
  readonly antall: number;
}
