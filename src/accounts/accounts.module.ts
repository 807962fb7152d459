import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountRepository } from './account.repository.js';
import { ACCOUNT_MODEL, accountSchema } from './account.schema.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { TokenCipher } from './token.cipher.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: ACCOUNT_MODEL, schema: accountSchema }])],
  controllers: [AccountsController],
  providers: [AccountRepository, AccountsService, TokenCipher],
  exports: [AccountsService],
})
export class AccountsModule {}
