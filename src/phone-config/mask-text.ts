// A value as a phone's configuration has it in; the value without the passwords inside of it out.
import { isSecretName } from "./secret-names.ts";

/** What stands for a secret, whatever its length. */
export const bullets = "••••";

const privateKey =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;
/** `//user:password@` with whatever a careless hand left unescaped, but not `//host:port/...@`. */
const userWithPassword = /(\/\/[^\s/:@"'<>]{0,256}):(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]{1,1024}@/g;
const userAlone = /\/\/[^\s/?#:@"'<>]{1,1024}@/g;
/** The same without a scheme, or with `sip:`; the user alone is no password. */
const bareUser =
  /((?:^|[\s"'=,;])(?:sips?:)?(?!sips?:|mailto:|xmpp:|im:|h323:|tel:)[^\s/:@"'<>=,;]{1,256}):[^\s/@"'<>]{1,1024}@/gi;
/** `name=` and `name:` as in URLs, JSON and settings. */
const assignment = /([\w.%+-]{1,64})["']?[ \t]{0,4}(?:[:=]|%3[ad])[ \t]{0,4}/gi;
const value = /"[^"]*"?|'[^']*'?|[^&\r\n]+/y;

/** Passwords in URLs, values behind names that say secret, and private keys become bullets. */
export function maskText(text: string): string {
  const masked = text
    .replace(privateKey, bullets)
    .replace(userWithPassword, `$1:${bullets}@`)
    .replace(userAlone, `//${bullets}@`)
    .replace(bareUser, `$1:${bullets}@`);
  return maskAssignments(masked);
}

/** A value without quotes goes on to the next `&` or the end of its line: a password may hold anything else. */
function maskAssignments(text: string): string {
  let told = "";
  let at = 0;
  assignment.lastIndex = 0;
  for (let found = assignment.exec(text); found !== null; found = assignment.exec(text)) {
    if (!isSecretName(decoded(found[1] ?? ""))) continue;
    value.lastIndex = assignment.lastIndex;
    if (!value.test(text)) continue;
    told += text.slice(at, assignment.lastIndex) + bullets;
    at = value.lastIndex;
    assignment.lastIndex = at;
  }
  return told + text.slice(at);
}

/** A name may be written with percent signs, which its reader takes away. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
