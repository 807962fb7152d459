import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts.module.js';
import { TokenRefresher } from './login/token.refresher.js';

/** What a server does for accounts by itself, and a command does not. */
@Module({ imports: [AccountsModule], providers: [TokenRefresher] })
export class AccountsUpkeepModule {}
