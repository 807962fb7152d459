/** Matches texts that hold this one, in any case; nothing in it is read as a pattern. */
export const containsText = (text: string): { $regex: string; $options: string } => ({
  $regex: text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
  $options: 'i',
});
