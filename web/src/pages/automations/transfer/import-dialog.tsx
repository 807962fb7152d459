import { Alert, Button, FileInput, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/api-client.js';
import { ErrorState } from '../../../components/error-state.js';
import { notifyDone } from '../../../components/notify.js';
import { useAccounts } from '../../../api/use-accounts.js';
import { useReload } from '../use-automations.js';
import { ImportReportView } from './import-report-view.js';
import { changesIn, summaryOf, type ImportReport } from './import-report.js';

const SAME_ACCOUNTS = '';

/** A file is tried first: what would come of it is shown before anything is written. */
export function ImportDialog({ onClose }: { onClose(): void }) {
  const { data: accounts = [] } = useAccounts();
  const reload = useReload();
  const [file, setFile] = useState<File | null>(null);
  const [account, setAccount] = useState(SAME_ACCOUNTS);
  const trial = useMutation({
    mutationFn: (choice: { file: File; account: string }) => send(choice.file, choice.account, true),
  });
  const carryOut = useMutation({
    mutationFn: (chosen: File) => send(chosen, account, false),
    onSuccess: (report) => {
      reload();
      if (report.errors.length > 0) return;
      notifyDone(summaryOf(report));
      onClose();
    },
  });

  function choose(nextFile: File | null, nextAccount: string) {
    setFile(nextFile);
    setAccount(nextAccount);
    carryOut.reset();
    if (nextFile) trial.mutate({ file: nextFile, account: nextAccount });
    else trial.reset();
  }

  const report = carryOut.data ?? trial.data;
  const error = carryOut.error ?? trial.error;
  return (
    <Modal opened onClose={onClose} title="Import" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <FileInput
          label="File"
          description="An export of this program."
          placeholder="Choose a file"
          accept="application/json,.json"
          value={file}
          onChange={(next) => choose(next, account)}
          clearable
          clearButtonProps={{ 'aria-label': 'Choose no file' }}
        />
        <Select
          label="Into"
          data={[
            { value: SAME_ACCOUNTS, label: 'the accounts that they come from' },
            ...accounts.map(({ instagramId, username }) => ({ value: instagramId, label: `@${username}` })),
          ]}
          value={account}
          allowDeselect={false}
          onChange={(next) => choose(file, next ?? SAME_ACCOUNTS)}
        />
        <div aria-live="polite">
          {error && <ErrorState error={error} />}
          {report && !error && <ImportReportView report={report} />}
          {!report && !error && (
            <Text size="sm" c="dimmed">
              What is in it is checked first, and nothing is written before you say so.
            </Text>
          )}
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {carryOut.data ? 'Close' : 'Cancel'}
          </Button>
          {!carryOut.data && (
            <Button
              disabled={!file || !trial.data || changesIn(trial.data) === 0}
              loading={carryOut.isPending || trial.isPending}
              onClick={() => file && carryOut.mutate(file)}
            >
              {trial.data ? `Import ${changesIn(trial.data)}` : 'Import'}
            </Button>
          )}
        </Group>
        {trial.data && changesIn(trial.data) === 0 && trial.data.errors.length === 0 && (
          <Alert variant="outline" color="green" p="xs">
            All of it is here already.
          </Alert>
        )}
      </Stack>
    </Modal>
  );
}

async function send(file: File, account: string, dryRun: boolean): Promise<ImportReport> {
  let document: unknown;
  try {
    document = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is no JSON.`);
  }
  return api.post<ImportReport>('/import', document, { account, dryRun });
}
