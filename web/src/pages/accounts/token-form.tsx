import { Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { ACCOUNTS, useReloadAccounts, type Account } from '../../api/use-accounts.js';

interface TokenFormProps {
  submitLabel: string;
  onConnected(account: Account): void;
}

/** Instagram is asked whose the token is, so that there is nothing else to enter. */
export function TokenForm({ submitLabel, onConnected }: TokenFormProps) {
  const [accessToken, setAccessToken] = useState('');
  const reload = useReloadAccounts();
  const connect = useMutation({
    mutationFn: () => api.post<Account>(`${ACCOUNTS}/by-token`, { accessToken: accessToken.trim() }),
    onSuccess: (account) => {
      reload();
      onConnected(account);
    },
  });
  const { error } = connect;
  const problem = error instanceof ApiError ? (error.at('accessToken') ?? error.message) : error?.message;

  function submit(event: FormEvent) {
    event.preventDefault();
    connect.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <PasswordInput
          label="Access token"
          description="In the app dashboard of Meta: API setup with Instagram login, Generate access tokens. It is stored encrypted, and never shown again."
          autoComplete="off"
          value={accessToken}
          onChange={(event) => {
            setAccessToken(event.currentTarget.value);
            connect.reset();
          }}
          error={problem}
        />
        <Button
          type="submit"
          variant="default"
          loading={connect.isPending}
          disabled={accessToken.trim() === ''}
        >
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}
