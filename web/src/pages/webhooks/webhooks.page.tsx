import { useRoute } from 'wouter';
import { DeliveryDetailsView } from './delivery-details-view.js';
import { DeliveryList } from './delivery-list.js';

export default function WebhooksPage() {
  const [, params] = useRoute('/webhooks/:id');
  return params ? <DeliveryDetailsView key={params.id} id={params.id} /> : <DeliveryList />;
}
