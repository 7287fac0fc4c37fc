/** What the next form starts with; kept while the window is open. */
export const memory: { branch: string | null } = { branch: null };
