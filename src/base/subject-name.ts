// A certificate's subject as any source prints it → the one name of it that people know.

/** The value of `CN=`, whichever separator follows; the whole text where there is none. Only for people: never compared. */
export function commonName(subject: string): string {
  return /(?:^|[;,\n]\s*)CN\s*=\s*"?([^;,"\n]+)/i.exec(subject)?.[1]?.trim() ?? subject;
}
