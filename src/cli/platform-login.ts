// A cluster of the inventory → its platform login with the password resolved.
import type { Cluster } from "../inventory/cluster.ts";
import type { SessionLogin } from "../session/connect.ts";
import type { CommandContext } from "./command.ts";

/** Throws `secret-unresolved`, or `no-terminal` where it would have to be asked. */
export async function platformLogin(
  cluster: Cluster,
  { resolveSecret }: Pick<CommandContext, "resolveSecret">,
): Promise<SessionLogin> {
  const { username, password } = cluster.credentials.platform;
  const place = { cluster: cluster.name, ...cluster.source };
  return { username, password: await resolveSecret(password, `platform password of ${username}`, place) };
}
