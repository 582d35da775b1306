package org.whosent.msa.smtp;

import static org.whosent.msa.smtp.Command.Argument.NONE;
import static org.whosent.msa.smtp.Command.Argument.OPTIONAL;
import static org.whosent.msa.smtp.Command.Argument.REQUIRED;
import static org.whosent.msa.smtp.Command.Need.CLEAR;
import static org.whosent.msa.smtp.Command.Need.EXTENDED;
import static org.whosent.msa.smtp.Command.Need.GREETING;
import static org.whosent.msa.smtp.Command.Need.NO_TRANSACTION;
import static org.whosent.msa.smtp.Command.Need.SENDER;
import static org.whosent.msa.smtp.Command.Need.TLS;
import static org.whosent.msa.smtp.Command.Need.TRANSACTION;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.whosent.msa.smtp.Command.Need;

/**
 * Every verb the server knows, with the policy that guards it. Whatever stands here is on every
 * listener alike: no port lets mail through without a login, but for local recipients on the {@code
 * smtp} service where the operator says so.
 */
final class Commands {
  /**
   * RFC 5321 section 4.5.3.1.4 asks for 512 and extensions may add: more than any of them needs.
   */
  private static final int LINE = 4096;

  /** RFC 4954 section 4.3. */
  static final int AUTH_LINE = 12_288;

  /** The rows. To add a verb: one here. */
  static final List<Command> ALL =
      List.of(
          new Command("EHLO", Set.of(), LINE, REQUIRED, GreetingHandlers::ehlo),
          new Command("HELO", Set.of(), LINE, REQUIRED, GreetingHandlers::helo),
          new Command("STARTTLS", of(EXTENDED, CLEAR), LINE, NONE, GreetingHandlers::startTls),
          new Command(
              "AUTH", of(EXTENDED, TLS, NO_TRANSACTION), AUTH_LINE, REQUIRED, AuthHandler::auth),
          new Command(
              "MAIL", of(GREETING, SENDER, NO_TRANSACTION), LINE, REQUIRED, MailHandlers::mail),
          new Command(
              "RCPT", of(GREETING, SENDER, TRANSACTION), LINE, REQUIRED, MailHandlers::rcpt),
          new Command("DATA", of(GREETING, SENDER, TRANSACTION), LINE, NONE, DataHandler::data),
          new Command("BDAT", of(GREETING, SENDER, TRANSACTION), LINE, OPTIONAL, BdatHandler::bdat),
          new Command("RSET", Set.of(), LINE, NONE, MailHandlers::rset),
          new Command("NOOP", Set.of(), LINE, OPTIONAL, GreetingHandlers::noop),
          new Command("VRFY", Set.of(), LINE, REQUIRED, GreetingHandlers::vrfy),
          new Command("HELP", Set.of(), LINE, OPTIONAL, GreetingHandlers::help),
          new Command("QUIT", Set.of(), LINE, NONE, GreetingHandlers::quit));

  private static final Map<String, Command> BY_VERB =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Command::verb, Function.identity()));

  private Commands() {}

  private static Set<Need> of(Need first, Need... more) {
    return EnumSet.of(first, more);
  }

  /** The row of a verb, in whatever case; null when there is none. */
  static Command named(String verb) {
    return BY_VERB.get(verb.toUpperCase(Locale.ROOT));
  }

  /** The refusal when a need does not hold. */
  static Reply missing(Need need) {
    return switch (need) {
      case GREETING, EXTENDED -> Reply.of(503, "5.5.1", "say EHLO first");
      case CLEAR -> Reply.of(503, "5.5.1", "TLS is active already");
      case TLS -> Reply.of(530, "5.7.0", "say STARTTLS first");
      case SENDER -> Reply.of(530, "5.7.0", "authentication required");
      case NO_TRANSACTION -> Reply.of(503, "5.5.1", "a mail transaction is open already");
      case TRANSACTION -> Reply.of(503, "5.5.1", "say MAIL first");
    };
  }
}
