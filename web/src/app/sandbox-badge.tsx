import { Badge } from '@mantine/core';
import { isSandbox } from './server-mode.js';

export function SandboxBadge() {
  if (!isSandbox()) return null;
  return (
    <Badge color="yellow.4" c="black" autoContrast radius="sm" title="Nothing here reaches Instagram">
      Sandbox
    </Badge>
  );
}
