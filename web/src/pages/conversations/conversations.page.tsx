import { Box, Paper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useRoute } from 'wouter';
import { EmptyState } from '../../components/empty-state.js';
import { PageHeader } from '../../components/page-header.js';
import { ConversationDetail } from './conversation-detail.js';
import { ConversationList } from './conversation-list.js';
import classes from './conversations.module.css';

/** Whom the accounts talk with: the list at the left, one conversation at the right. */
export default function ConversationsPage() {
  const [, params] = useRoute('/conversations/:id');
  const id = params ? decodeURIComponent(params.id) : undefined;
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const showsList = !isNarrow || id === undefined;
  const showsDetail = !isNarrow || id !== undefined;
  return (
    <>
      {showsList && <PageHeader title="Conversations" />}
      <Box className={classes.layout}>
        {showsList && <ConversationList selected={id} />}
        {showsDetail &&
          (id === undefined ? (
            <Paper withBorder>
              <EmptyState title="No conversation chosen" text="Choose one from the list." />
            </Paper>
          ) : (
            <ConversationDetail key={id} id={id} hasBackLink={isNarrow} />
          ))}
      </Box>
    </>
  );
}
