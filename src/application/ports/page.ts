/** A page of a list: at most `antall` items from offset `fra`, which counts from 0. */
export interface PageRequest {
  readonly fra: number;
  readonly antall: number;
}

/** A place in a list that goes through organisations by id: the organisation, and the key of one of its items. */
export interface Cursor {
  readonly fiksOrgId: string;
  readonly key: string;
}
/** A page of such a list: at most `antall` items from the cursor on, also when its item is gone. Missing: from the first. */
export interface CursorRequest {
  readonly cursor?: Cursor;
  readonly antall: number;
}
export interface CursorPage<T> {
  readonly items: readonly T[];
  /** The place of the next item. Missing on the last page. */
  readonly next?: Cursor;
}
