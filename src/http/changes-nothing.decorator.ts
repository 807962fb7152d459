import { SetMetadata } from '@nestjs/common';

export const CHANGES_NOTHING = 'chatautodm:changes-nothing';

/**
 * On a route, or a controller, that is asked by POST and changes nothing of what is kept: whoever may read may call it,
 * and the audit log has no entry of it.
 */
export const ChangesNothing = (): MethodDecorator & ClassDecorator => SetMetadata(CHANGES_NOTHING, true);
