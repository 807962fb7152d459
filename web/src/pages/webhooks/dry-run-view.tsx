import { Blockquote, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconArrowRight, IconHandStop, IconMinus, type TablerIcon } from '@tabler/icons-react';
import type { DryRun } from '../../api/delivery-views.js';
import { inWords } from '../../words/kinds.js';
import { outcomeText } from '../../words/outcome-text.js';
import { stepText, type StepText } from './dry-run-text.js';

interface DryRunViewProps {
  runs: DryRun[];
  names: ReadonlyMap<string, string>;
}

const looks: Record<StepText['tone'], { icon: TablerIcon; color: string }> = {
  on: { icon: IconArrowRight, color: 'green.8' },
  skip: { icon: IconMinus, color: 'orange.8' },
  stop: { icon: IconHandStop, color: 'red.8' },
};

/** What today's automations would do about each event, and why. */
export function DryRunView({ runs, names }: DryRunViewProps) {
  return (
    <Stack gap="lg">
      {runs.map(({ event, outcome, steps }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- events have no id, and their order is the delivery's
        <section key={index} aria-label={`Event ${index + 1}`}>
          <Title order={3} size="h6" mb="xs">
            {index + 1}. {inWords(event.kind)}: {outcomeText(outcome, names.get(outcome.automation ?? ''))}
          </Title>
          <Stack component="ol" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
            {steps.map((step) => (
              <Step key={JSON.stringify(step)} text={stepText(step, names)} />
            ))}
          </Stack>
        </section>
      ))}
    </Stack>
  );
}

function Step({ text: { title, tone, quote } }: { text: StepText }) {
  const { icon: Icon, color } = looks[tone];
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <ThemeIcon size="sm" radius="xl" color={color} aria-hidden>
          <Icon size={12} />
        </ThemeIcon>
        <div>
          <Text size="sm">{title}</Text>
          {quote !== undefined && quote !== '' && (
            <Blockquote
              p="xs"
              mt={4}
              color="gray"
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              <Text size="sm">{quote}</Text>
            </Blockquote>
          )}
        </div>
      </Group>
    </li>
  );
}
