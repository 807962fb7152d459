import { Progress, Text } from '@mantine/core';
import { Time } from '../../components/time.js';

const WINDOW_MS = 24 * 3_600_000;

/** For how long Instagram still takes messages to the person. */
export function WindowState({ closesAt, nowMs }: { closesAt: string | null; nowMs: number }) {
  if (closesAt === null) {
    return <Text size="sm">The person has not written: only comments can be answered.</Text>;
  }
  const leftMs = new Date(closesAt).getTime() - nowMs;
  if (leftMs <= 0) {
    return (
      <Text size="sm">
        Closed <Time at={closesAt} />: Instagram takes no message until the person writes again.
      </Text>
    );
  }
  return (
    <>
      <Text size="sm">
        Open; closes <Time at={closesAt} />
      </Text>
      <Progress value={(100 * leftMs) / WINDOW_MS} size="sm" aria-label="Time left of the 24-hour window" />
    </>
  );
}
