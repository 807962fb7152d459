import { Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { apiUrl } from '../../../api/api-client.js';
import { useCanWrite } from '../../../session/use-session.js';
import { ImportDialog } from './import-dialog.js';

/** Automations as a file, there and back. */
export function TransferMenu({ account }: { account: string }) {
  const canWrite = useCanWrite();
  const [open, { open: show, close }] = useDisclosure(false);
  const exportUrl = (include: string) => apiUrl('/export', { account, include });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">Import, export</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {canWrite && (
            <Menu.Item leftSection={<IconUpload size={16} aria-hidden />} onClick={show}>
              Import from a file …
            </Menu.Item>
          )}
          <Menu.Item
            component="a"
            href={exportUrl('automations')}
            download="automations.json"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Export automations
          </Menu.Item>
          <Menu.Item
            component="a"
            href={exportUrl('automations,contacts')}
            download="automations-and-contacts.json"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            Export automations and contacts
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open && <ImportDialog onClose={close} />}
    </>
  );
}
