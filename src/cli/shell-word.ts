// One word of a command line → as it has to be typed at a shell.

/** In single quotes where the shell would read it otherwise. */
export function shellWord(text: string): string {
  return /^[\w./:=@+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
