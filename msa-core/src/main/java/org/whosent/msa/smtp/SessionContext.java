package org.whosent.msa.smtp;

import java.nio.file.Path;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.LoginGuard;
import org.whosent.msa.auth.TokenLogins;
import org.whosent.msa.auth.UserStore;
import org.whosent.msa.hop.NextHop;
import org.whosent.msa.journal.Journal;
import org.whosent.msa.policy.LocalRecipients;
import org.whosent.msa.policy.UserRates;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;

/**
 * What all sessions of a server share. Immutable; everything in it is thread-safe.
 *
 * @param tokens null when nobody logs in by token
 * @param spool where large messages pass through
 * @param localRecipients null when only the next hop knows them
 */
public record SessionContext(
    MsaConfiguration configuration,
    SSLContext tls,
    UserStore users,
    TokenLogins tokens,
    Journal journal,
    TransactionIdSource transactionIds,
    TransactionKeys keys,
    NextHop nextHop,
    ContentReader content,
    Path spool,
    InstantSource clock,
    MsaLog log,
    Complaints complaints,
    UserRates rates,
    LoginGuard guard,
    LocalRecipients localRecipients) {}
