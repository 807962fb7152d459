import { Chip, Fieldset, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { weekdays, type Schedule } from '../automation.types.js';
import { withOptional } from './draft.js';
import { useField } from './form-errors.js';

interface ScheduleFieldsProps {
  schedule: Schedule | undefined;
  onChange(schedule: Schedule | undefined): void;
}

const zones = Intl.supportedValuesOf('timeZone');
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const dayNames = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' };

/** When the automation is on duty. */
export function ScheduleFields({ schedule, onChange }: ScheduleFieldsProps) {
  return (
    <Stack gap="sm">
      <Switch
        label="Only at certain times"
        checked={schedule !== undefined}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked
              ? {
                  timezone: ownZone(),
                  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
                  from: '09:00',
                  to: '18:00',
                }
              : undefined,
          )
        }
      />
      {schedule && <Times schedule={schedule} onChange={onChange} />}
    </Stack>
  );
}

function Times({ schedule, onChange }: { schedule: Schedule; onChange(schedule: Schedule): void }) {
  const { timezone, days, from = '', to = '' } = schedule;
  const zoneField = useField('schedule.timezone');
  const daysField = useField('schedule.days', true);
  const fromField = useField('schedule.from');
  const toField = useField('schedule.to');
  const listed = zones.includes(timezone) ? zones : [timezone, ...zones];
  return (
    <>
      <Select
        label="Time zone"
        data={listed}
        value={timezone}
        searchable
        allowDeselect={false}
        limit={100}
        onChange={(zone) => zone && onChange({ ...schedule, timezone: zone })}
        {...zoneField}
      />
      <Fieldset variant="unstyled" legend="Days">
        <Group gap={6}>
          {weekdays.map((day) => (
            <Chip
              key={day}
              size="sm"
              variant="outline"
              checked={days?.includes(day) ?? false}
              onChange={(checked) => {
                const chosen = weekdays.filter((each) =>
                  each === day ? checked : (days?.includes(each) ?? false),
                );
                onChange(withOptional(schedule, 'days', chosen));
              }}
            >
              {dayNames[day]}
            </Chip>
          ))}
        </Group>
        <Text size="xs" c="dimmed" mt={4}>
          None chosen means every day.
        </Text>
        {daysField.error && (
          <Text size="sm" c="var(--mantine-color-error)">
            {daysField.error}
          </Text>
        )}
      </Fieldset>
      <Group align="flex-start">
        <TextInput
          type="time"
          label="From"
          value={from}
          onChange={(event) => onChange(withOptional(schedule, 'from', event.currentTarget.value))}
          {...fromField}
        />
        <TextInput
          type="time"
          label="Until"
          description={from !== '' && to !== '' && to < from ? 'on the next day' : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={to}
          onChange={(event) => onChange(withOptional(schedule, 'to', event.currentTarget.value))}
          {...toField}
        />
      </Group>
    </>
  );
}
