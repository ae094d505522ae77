declare const brand: unique symbol;

/** A value that has been parsed once and carries the proof in its type; at run time it is the plain value. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
