/** A page of a list: at most `antall` items from offset `fra`, which counts from 0. */
export interface PageRequest {
  readonly fra: number;
  readonly antall: number;
}
