import { useRoute } from 'wouter';
import { JobDetailsView } from './job-details-view.js';
import { JobList } from './job-list.js';

export default function JobsPage() {
  const [, params] = useRoute('/jobs/:id');
  return params ? <JobDetailsView key={params.id} id={params.id} /> : <JobList />;
}
