/** Matches texts that hold this one, in any case; nothing in it is read as a pattern. BSON's patterns can't hold a NUL itself. */
export const containsText = (text: string): { $regex: string; $options: string } => ({
  $regex: text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\0', '\\x00'),
  $options: 'i',
});
