// The prompts of a keyboard-interactive login → whether they ask for one password and nothing else.

/** A hidden prompt that names a password; what shows its answer, or asks for more, is something else. */
export function isPasswordPrompt(
  prompts: readonly { readonly prompt: string; readonly echo?: boolean | undefined }[],
): boolean {
  const [prompt] = prompts;
  if (prompt === undefined || prompts.length !== 1) return false;
  return prompt.echo !== true && /pass(?:word|code|phrase)/i.test(prompt.prompt);
}
