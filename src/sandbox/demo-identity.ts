/** Apart from what makes the account, so that who only names it loads nothing. */
export const DEMO_ACCOUNT = { instagramId: '17841400000000001', username: 'demo_shop' };
