// Data only: the platform CLI's fixed texts (prompt, pager, questions, refusals) as patterns over one cleaned line or text.

/** The prompt, anchored at the start of a line or after ESC[K, with nothing behind it (every release from 10.x to 15). */
export const promptPattern = /^\s*admin:\s*$/;

/** The prompt in front of an echoed command. */
export const promptPrefix = /^\s*admin:/;

/** Automatic pagination, one key without Enter. It is erased afterwards with ESC[K. */
export const pagerPattern = /Press <enter> for 1 line, <space> for one page, or <q> to quit\s*$/;

/** The pager of `file view`, 20 lines a page, single keys; the last page waits for `q` (ext-22). The groups: first, last, of all lines. */
export const filePagerPattern =
  /options: q=quit, n=next, p=prev, b=begin, e=end \(lines (\d{1,12}) - (\d{1,12}) of (\d{1,12})\) :\s*$/;

/** A question the platform is known to ask somewhere; `pattern` fits the end of an unterminated line. */
export interface KnownQuestion {
  readonly name: string;
  readonly pattern: RegExp;
}

/** Every form of question on record. An unknown one shows as silence. */
export const knownQuestions: readonly KnownQuestion[] = [
  { name: "ccm-password", pattern: /Enter CCM Administrator password\s*:\s*$/ },
  { name: "sftp-password", pattern: /Enter Sftp password\s*:\s*$/i },
  { name: "host-key", pattern: /continue connecting \(yes\/no(?:\/\[fingerprint\])?\)\s*\?\s*$/ },
  { name: "proceed-with-regeneration", pattern: /Proceed with regeneration \(yes\|no\)\s*\?\s*$/ },
  { name: "answer-y-or-n", pattern: /Please answer 'y' for <yes> or 'n' for <no>:\s*$/ },
  { name: "enter-y", pattern: /Enter "y" followed by return to continue:\s*$/ },
  { name: "yes-or-no", pattern: /[([]\s*y(?:es)?\s*[/|]\s*n(?:o)?\s*[)\]]\s*[?:]\s*$/i },
  { name: "password", pattern: /(?:password|passphrase)(?: to confirm)?\s*:\s*$/i },
  { name: "select-an-option", pattern: /Please select an option .*:\s*$/ },
  { name: "sftp-server", pattern: /^\s*SFTP server (?:IP|port(?: \[\d+\])?):\s*$/ },
  { name: "user-id", pattern: /^\s*User ID:\s*$/ },
  { name: "download-directory", pattern: /^\s*Download directory:\s*$/ },
  { name: "file-view-pager", pattern: /options: q=quit, n=next, p=prev, b=begin, e=end \(.*\) :\s*$/ },
];

/** The trailer of a failed command (with or without a full stop), or of one the product lacks. Blanks stay within the line: else many empty lines take time by their square. */
export const refusalPattern =
  /^[^\S\n]*(?:Executed command unsuccessfully|No valid command entered)\.?[^\S\n]*$/m;

/** What an ssh client prints for a host key nobody accepted yet: MD5 pairs, or SHA256 from newer clients. */
export const shownFingerprintPattern = /key fingerprint is (?:MD5:)?((?:SHA256:)?[A-Za-z0-9+/:=]+)/g;

/** Enter on a PTY, the key that pages, and the key that stops a question. */
export const keys = { enter: "\r", page: " ", stop: "\x03", nextPage: "n", quitPages: "q" } as const;
