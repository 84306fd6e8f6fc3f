// An operation of the truth that tells what happens, in; the same, with the telling's own failures kept until its end, out.

/**
 * Runs `operation` with a listener that never fails: the platform goes on when its terminal is gone or Ctrl-C was
 * pressed. The first failure of `tell` is thrown once the operation is over, and nothing is told after it.
 */
export async function paced<Event, Outcome>(
  tell: (event: Event) => Promise<void>,
  operation: (listener: (event: Event) => Promise<void>) => Promise<Outcome>,
): Promise<Outcome> {
  let failure: { readonly error: unknown } | null = null;
  const outcome = await operation(async (event) => {
    if (failure !== null) return;
    await tell(event).catch((error: unknown) => {
      failure = { error };
    });
  });
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return outcome;
}
