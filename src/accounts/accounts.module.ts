import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { GraphConfig } from '../config/app-config.js';
import { GraphClient } from '../instagram/graph/graph.client.js';
import { LoginClient } from '../instagram/graph/login.client.js';
import { AccountRepository } from './account.repository.js';
import { ACCOUNT_MODEL, accountSchema } from './account.schema.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { DataErasure } from './login/data-erasure.js';
import { LoginStateRepository } from './login/login-state.repository.js';
import {
  DATA_DELETION_MODEL,
  dataDeletionSchema,
  LOGIN_STATE_MODEL,
  loginStateSchema,
} from './login/login-state.schema.js';
import { LoginController, LoginStartController, TokenConnectController } from './login/login.controller.js';
import { LoginService } from './login/login.service.js';
import { PrivacyService } from './login/privacy.service.js';
import { TokenCipher } from './token.cipher.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ACCOUNT_MODEL, schema: accountSchema },
      { name: LOGIN_STATE_MODEL, schema: loginStateSchema },
      { name: DATA_DELETION_MODEL, schema: dataDeletionSchema },
    ]),
  ],
  controllers: [TokenConnectController, AccountsController, LoginStartController, LoginController],
  providers: [
    AccountRepository,
    AccountsService,
    TokenCipher,
    {
      provide: LoginClient,
      inject: [GraphConfig, GraphClient],
      useFactory: ({ login }: GraphConfig, graph: GraphClient) => new LoginClient(login, graph),
    },
    LoginStateRepository,
    LoginService,
    PrivacyService,
    DataErasure,
  ],
  exports: [AccountsService, DataErasure, LoginClient],
})
export class AccountsModule {}
