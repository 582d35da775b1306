package org.whosent.query.command;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.query.OperatorException;
import org.whosent.query.output.SafeText;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.Times;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The filters of search, export and hold; a record must meet all that are given. */
public final class FilterOptions {
  @Option(names = "--user", paramLabel = "U", description = "The authenticated user.")
  private String user;

  @Option(
      names = "--local-user",
      paramLabel = "U",
      description = "The account that called the local sendmail command: uid:N, or a name.")
  private String localUser;

  @Option(
      names = "--client",
      paramLabel = "IP|CIDR",
      description = "The client's address, or a network that contains it.")
  private String client;

  @Option(names = "--sender", paramLabel = "A", description = "The envelope sender.")
  private String sender;

  @Option(
      names = "--recipient",
      paramLabel = "A|@domain",
      description = "An envelope recipient, or all of a domain.")
  private String recipient;

  @Option(names = "--message-id", paramLabel = "M", description = "The Message-ID.")
  private String messageId;

  @Option(
      names = "--envelope-id",
      paramLabel = "E",
      description = "The ENVID (RFC 3461) that the client gave; bounces repeat it.")
  private String envelopeId;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "A transaction ID or queue ID, or an alias of it.")
  private String id;

  @Mixin private SpanOptions span;

  /** True when none is given. */
  boolean isEmpty() {
    return user == null
        && localUser == null
        && client == null
        && sender == null
        && recipient == null
        && messageId == null
        && envelopeId == null
        && id == null
        && span.isEmpty();
  }

  /**
   * The query.
   *
   * @throws OperatorException when a value cannot be read
   */
  RecordQuery query(Instant now) throws OperatorException {
    Map<ClueType, String> clues = new EnumMap<>(ClueType.class);
    put(clues, ClueType.USER, user, "--user");
    put(clues, ClueType.LOCAL_USER, localUser, "--local-user");
    put(clues, ClueType.MAIL_FROM, bare(sender), "--sender");
    String to = bare(recipient);
    if (to != null && to.startsWith("@")) {
      put(clues, ClueType.RECIPIENT_DOMAIN, to.substring(1), "--recipient");
    } else {
      put(clues, ClueType.RECIPIENT, to, "--recipient");
    }
    put(clues, ClueType.MESSAGE_ID, messageId, "--message-id");
    put(clues, ClueType.ENVELOPE_ID, envelopeId, "--envelope-id");
    put(clues, ClueType.TRANSACTION_ID, id, "--id");
    return RecordQuery.of(clues, network(), span.since(now), span.until(now));
  }

  /** The filters of a query as they are typed, without the dashes, in the order of the alphabet. */
  static List<String> words(RecordQuery query) {
    List<String> words = new ArrayList<>();
    query.clues().forEach((type, value) -> words.add(word(type, value)));
    if (query.client() != null) {
      words.add("client=" + query.client());
    }
    if (query.since() != null) {
      words.add("since=" + Times.format(query.since()));
    }
    if (query.until() != null) {
      words.add("until=" + Times.format(query.until()));
    }
    return words.stream().sorted().toList();
  }

  private static String word(ClueType type, String value) {
    return switch (type) {
      case LOCAL_USER -> "local-user=" + value;
      case MAIL_FROM -> "sender=" + value;
      case RECIPIENT -> "recipient=" + value;
      case RECIPIENT_DOMAIN -> "recipient=@" + value;
      case MESSAGE_ID -> "message-id=" + value;
      case ENVELOPE_ID -> "envelope-id=" + value;
      default -> type.code() + "=" + value;
    };
  }

  /**
   * The same filters for failed logins, of which only four make sense.
   *
   * @throws OperatorException when a value cannot be read or another filter is given
   */
  FailedLoginQuery failedLogins(Instant now) throws OperatorException {
    if (localUser != null
        || sender != null
        || recipient != null
        || messageId != null
        || envelopeId != null
        || id != null) {
      throw new OperatorException(
          "--failed-logins: the only filters it takes are --user, --client, --since and --until");
    }
    return new FailedLoginQuery(user, network(), span.since(now), span.until(now));
  }

  /**
   * Where nothing was found: what was perhaps not meant as it was understood, a line each. Who
   * looks for a domain and hears nothing takes that for nobody.
   */
  void explainNothing(String command, View view) throws IOException, OperatorException {
    explainNothing(command);
    explainUncovered(command, view);
  }

  /**
   * Whoever asks for a client and hears of none from before a time takes that for nobody, where the
   * clients of that time are masked.
   */
  void explainMasked(String command, View view) throws IOException, OperatorException {
    Instant masked = client == null ? null : view.maskedBefore();
    if (masked == null || view.horizon() != null && !view.horizon().isBefore(masked)) {
      return;
    }
    Instant since = span.since(Instant.now());
    if (since == null || since.isBefore(masked)) {
      System.err.println(
          "whosent %s: --client: client addresses from before %s are masked, except under hold; what is older is not found by them"
              .formatted(command, Times.format(masked)));
    }
  }

  /** Where nothing was found: whether the index covers that time at all. */
  void explainUncovered(String command, View view) throws IOException, OperatorException {
    span.explainUncovered(command, view);
  }

  /** The same where it is no matter yet which time the index covers. */
  void explainNothing(String command) {
    for (String value :
        Arrays.asList(user, localUser, sender, recipient, messageId, envelopeId, id)) {
      OddNames.explain(command, value);
    }
    String to = bare(recipient);
    if (to != null && !to.startsWith("@") && isUnusual(to)) {
      explain(
          command,
          "--recipient",
          to,
          to.indexOf('@') < 0
              ? "for a domain's addresses write --recipient @" + to
              : "write bob@example.com, or @example.com for a domain's");
    }
    String from = bare(sender);
    if (from != null && isUnusual(from)) {
      explain(
          command,
          "--sender",
          from,
          "write alice@example.com; for a domain's, filter the column mailFrom of 'whosent"
              + " export'");
    }
  }

  private static void explain(String command, String option, String value, String instead) {
    System.err.printf(
        "whosent %s: %s: '%s' was taken for a whole address, which no record has; %s%n",
        command, option, SafeText.forTerminal(value), SafeText.forTerminal(instead));
  }

  /** Not local-part@domain. Local users have such addresses, so it is asked for all the same. */
  private static boolean isUnusual(String address) {
    int at = address.indexOf('@');
    return at <= 0
        || at == address.length() - 1
        || address.indexOf('@', at + 1) > 0
        || address.chars().anyMatch(c -> c == '<' || c == '>' || Character.isWhitespace(c));
  }

  private Network network() throws OperatorException {
    if (client == null) {
      return null;
    }
    boolean bracketed = client.startsWith("["); // as logs write it, and search
    String address =
        bracketed && client.endsWith("]") ? client.substring(1, client.length() - 1) : client;
    boolean port = client.indexOf(':') > 0 && (bracketed || client.indexOf('.') > 0);
    return Network.parse(address)
        .orElseThrow(
            () ->
                new OperatorException(
                    "--client: '"
                        + client
                        + "' is no IP address and no network such as 192.0.2.0/24 or 2001:db8::/32"
                        + (port
                            ? "; leave the port out, and compare those that stand behind the"
                                + " address in what is found"
                            : "")));
  }

  /** As it is copied out of a log, or not: a hold on the brackets would keep nothing. */
  private static String bare(String address) {
    return address != null && address.startsWith("<") && address.endsWith(">")
        ? address.substring(1, address.length() - 1)
        : address;
  }

  private static void put(Map<ClueType, String> clues, ClueType type, String value, String option)
      throws OperatorException {
    if (value == null) {
      return;
    }
    if (type.fold(value).isEmpty()) {
      throw new OperatorException(
          option
              + ": an empty value finds nothing"
              + (type == ClueType.MAIL_FROM ? " (the null sender cannot be searched for)" : ""));
    }
    clues.put(type, value);
  }
}
