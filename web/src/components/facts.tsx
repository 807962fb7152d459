import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** Names and values of one thing, each a {@link Fact}; on a phone they stand below each other. */
export const Facts = ({ children }: { children: ReactNode }) => (
  <dl className={classes['list']}>{children}</dl>
);

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Box className={classes['fact']}>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} className={classes['value']}>
        {children}
      </Text>
    </Box>
  );
}
