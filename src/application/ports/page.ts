/** A page of a list: at most `antall` items from offset `fra`, which counts from 0. */
export interface PageRequest {
  readonly fra: number;
  readonly antall: number;
}

/** A place in a list that goes through organisations by id: the organisation, and how many of its items come before. */
export interface Cursor {
  readonly fiksOrgId: string;
  readonly skip: number;
}
/** A page of such a list: at most `antall` items from the cursor on. Missing: from the first. */
export interface CursorRequest {
  readonly cursor?: Cursor;
  readonly antall: number;
}
export interface CursorPage<T> {
  readonly items: readonly T[];
  /** The place of the next item. Missing on the last page. */
  readonly next?: Cursor;
}
