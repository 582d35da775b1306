package org.whosent.msa;

import java.nio.file.Path;
import java.util.List;
import org.whosent.msa.auth.UserLimits;
import org.whosent.record.Network;
import org.whosent.record.settings.Settings;

/**
 * Who may send what: the rules of the configuration for all users; the user file adds to them for
 * each. Immutable.
 *
 * @param ownSendersOnly true when a user without a list in the user file may only use its own
 *     addresses ({@code senders: own})
 * @param checkHeaderFrom true to hold the From field to the same rule as MAIL FROM
 * @param userLimits for users for whom the user file says nothing else
 * @param unauthenticatedLocal true when the {@code smtp} service takes mail for local recipients
 *     from anybody ({@code unauthenticated: local})
 * @param localRecipients the file of local mailboxes; null when only the next hop knows them
 * @param authWithoutTls networks from which a password may come in clear
 * @param addSender true to add a Sender field where From is not the user's
 * @param loginBlockExempt networks that failed logins never block as a whole
 */
public record SubmissionRules(
    boolean ownSendersOnly,
    boolean checkHeaderFrom,
    UserLimits userLimits,
    boolean unauthenticatedLocal,
    Path localRecipients,
    List<Network> authWithoutTls,
    boolean addSender,
    List<Network> loginBlockExempt) {

  private enum Unauthenticated {
    NONE,
    LOCAL
  }

  private enum Senders {
    OWN,
    ANY
  }

  static SubmissionRules of(Settings settings) {
    return new SubmissionRules(
        MsaConfiguration.choice(settings, "senders", Senders.ANY, Senders.class) == Senders.OWN,
        settings.flag("checkHeaderFrom", false),
        limits(settings.mapping("userLimits")),
        unauthenticatedLocal(settings),
        settings.path("localRecipients", null),
        MsaConfiguration.networks(settings, "authWithoutTls"),
        settings.flag("addSender", true),
        MsaConfiguration.networks(settings, "loginBlockExempt"));
  }

  private static boolean unauthenticatedLocal(Settings settings) {
    boolean local =
        MsaConfiguration.choice(
                settings, "unauthenticated", Unauthenticated.NONE, Unauthenticated.class)
            == Unauthenticated.LOCAL;
    if (local && !settings.has("localDomains")) {
      settings.problem("unauthenticated", "'local' needs 'localDomains'");
    }
    return local;
  }

  private static UserLimits limits(Settings settings) {
    UserLimits limits =
        new UserLimits(
            limit(settings, UserLimits.KEYS.get(0)),
            limit(settings, UserLimits.KEYS.get(1)),
            limit(settings, UserLimits.KEYS.get(2)),
            limit(settings, UserLimits.KEYS.get(3)),
            limit(settings, UserLimits.KEYS.get(4)));
    settings.finish();
    return limits;
  }

  private static long limit(Settings settings, String key) {
    return settings.number(key, UserLimits.UNLIMITED, 0, UserLimits.UNLIMITED);
  }
}
