import { Anchor, Text } from '@mantine/core';
import { Component, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { ErrorState } from '../components/error-state.js';
import { LoadingState } from '../components/loading-state.js';
import { PageHeader } from '../components/page-header.js';
import type { PageEntry } from '../pages/pages.js';

/** The page at the address, loaded when it is first opened. */
export function PageRoutes({ pages }: { pages: PageEntry[] }) {
  const [location] = useLocation();
  useFocusOnChange(location);
  const [first] = pages;
  return (
    <PageErrorBoundary key={location.split('/')[1]}>
      <Suspense fallback={<LoadingState />}>
        <Switch>
          {pages.flatMap(({ path, component: Page }) => [
            <Route key={path} path={path}>
              <Page />
            </Route>,
            // What lies below a page's address (one job, one automation) is the page's own affair.
            ...(path === '/'
              ? []
              : [
                  <Route key={`${path}/*`} path={`${path}/*`}>
                    <Page />
                  </Route>,
                ]),
          ])}
          {first && first.path !== '/' && (
            <Route path="/">
              <Redirect to={first.path} replace />
            </Route>
          )}
          <Route>
            <PageHeader title="There is no such page" />
            <Text>
              Choose one from the menu, or go to the{' '}
              <Anchor component={Link} href="/" underline="always">
                overview
              </Anchor>
              .
            </Text>
          </Route>
        </Switch>
      </Suspense>
    </PageErrorBoundary>
  );
}

/** Readers and the keyboard go on at the new page, not behind the link that led to it. */
function useFocusOnChange(location: string): void {
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true });
  }, [location]);
}

/** A page that breaks leaves the menu usable. */
class PageErrorBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <ErrorState error={error} onRetry={() => window.location.reload()} />;
  }
}
