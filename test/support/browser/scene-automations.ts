/** Automations as an owner makes them, for two accounts. */
export const sceneAutomations = (shop: string, studio: string): object[] => [
  {
    account: shop,
    name: 'Newsletter',
    priority: 10,
    trigger: { type: 'message', match: { mode: 'word', keywords: ['newsletter', 'subscribe'] } },
    conditions: [{ type: 'lacks_tag', tag: 'newsletter' }],
    actions: [
      { type: 'typing', ms: 1 },
      {
        type: 'ask',
        text: 'Gladly, {{contact.name|friend}}! Which e-mail address may we write to?',
        attribute: 'email',
        validate: 'email',
        retryText: 'That does not look like an e-mail address. Once more?',
        timeoutMs: 86_400_000,
      },
      { type: 'add_tag', tag: 'newsletter' },
      { type: 'send_message', text: 'Thank you! The next one goes to {{contact.attributes.email}}.' },
    ],
  },
  {
    account: shop,
    name: 'Which size?',
    priority: 5,
    trigger: { type: 'message', match: { mode: 'contains', keywords: ['size', 'fit'] } },
    actions: [
      {
        type: 'send_cards',
        cards: [
          {
            title: 'Linen shirt',
            subtitle: 'XS to XXL',
            buttons: [
              { type: 'postback', title: 'Order', payload: 'ORDER' },
              { type: 'url', title: 'Size table', url: 'https://example.com/sizes' },
            ],
          },
        ],
      },
    ],
  },
  {
    account: shop,
    name: 'Everything else',
    trigger: { type: 'default' },
    cooldownMs: 3_600_000,
    actions: [{ type: 'send_message', text: 'Thanks for writing! We answer within a day.' }],
  },
  {
    account: shop,
    name: 'Summer sale',
    enabled: false,
    trigger: { type: 'comment', match: { mode: 'word', keywords: ['sale'] } },
    actions: [{ type: 'reply_to_comment', text: 'Look at your messages!' }],
  },
  {
    account: studio,
    name: 'Booking a class',
    trigger: { type: 'message', match: { mode: 'any' } },
    actions: [{ type: 'send_message', text: 'Book here: https://example.com/classes' }],
  },
];
