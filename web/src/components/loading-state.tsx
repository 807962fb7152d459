import { Center, Loader } from '@mantine/core';

export const LoadingState = () => (
  <Center py="xl">
    <Loader aria-label="Loading" />
  </Center>
);
