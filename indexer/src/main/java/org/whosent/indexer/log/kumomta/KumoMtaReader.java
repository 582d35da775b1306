package org.whosent.indexer.log.kumomta;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.JsonFields;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.indexer.log.text.EncodedWords;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * KumoMTA's log records. The spool ID of a message stands after {@code id} in its {@code Received}
 * field; a message has one recipient, or a list of them where they are batched.
 *
 * <p>{@code meta.authn_id} names the user: policy sets it when AUTH succeeds, and nothing that a
 * client sends gets into {@code meta} unless policy copies it there. A reception without that key
 * says nothing of a login, since the site did not ask for it; with the key and no value nobody had
 * logged in. Of mail injected by HTTP {@code meta.http_auth} is the name, or the address that was
 * let in without one. The host is {@code meta.hostname}, the listener's name, else {@code nodeid}.
 * Known weak: before 2025.10.06 TLS of the reception is not logged; messages of one transaction are
 * records of their own, one a recipient, as they are in KumoMTA's spool. Not thread-safe.
 */
final class KumoMtaReader extends StampedReader {
  private static final Set<String> WANTED =
      Set.of(
          "type",
          "id",
          "sender",
          "recipient",
          "size",
          "response",
          "peer_address",
          "timestamp",
          "created",
          "event_time",
          "created_time",
          "meta",
          "headers",
          "reception_protocol",
          "tls_protocol_version",
          "tls_cipher",
          "nodeid");

  /** RFC 4954, 6: authentication credentials invalid. */
  private static final long INVALID = 535;

  private static final Pattern ANSWER = Pattern.compile("[A-Za-z0-9+/]{2,4000}={0,2}");
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{8,64}");
  private static final String HTTP = "HTTP";
  private static final String ANY_TOKEN = "Bearer";
  private static final String ITSELF = "kumomta.internal";

  /** One name; nothing that may be a list of several, or some other text. */
  private static final Pattern HTTP_LOGIN = Pattern.compile("[A-Za-z0-9_.@+-]{1,255}");

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern TLS_VERSION = Pattern.compile("TLSv1(?:[._][0-9])?");
  private static final Pattern TLS_CIPHER = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  KumoMtaReader(LogSettings settings) {
    super(settings);
  }

  @Override
  public LineKind read(byte[] line, int length, FactSink sink) {
    if (length == 0 || line[0] != '{') {
      return LineKind.NOT_A_LOG;
    }
    JsonFields fields = JsonFields.parse(line, length, WANTED);
    String type = fields == null ? null : fields.text("type");
    Instant logged = fields == null ? null : fields.time("event_time");
    Instant time = logged == null && fields != null ? fields.time("timestamp") : logged;
    if (type == null || time == null) {
      return LineKind.UNKNOWN;
    }
    String host = seen(logHost(fields), time, sink);
    String id = fields.text("id");
    boolean known = id != null && ID.matcher(id).matches();
    return switch (type) {
      case "Reception" -> known ? reception(fields, time, host, id, sink) : LineKind.UNKNOWN;
      case "Delivery" -> fate(fields, time, host, id, known, Outcome.DELIVERED, sink);
      case "TransientFailure" -> fate(fields, time, host, id, known, Outcome.DEFERRED, sink);
      case "Bounce" -> fate(fields, time, host, id, known, Outcome.BOUNCED, sink);
      case "AdminBounce" -> fate(fields, time, host, id, known, Outcome.DISCARDED, sink);
      case "Expiration" -> fate(fields, time, host, id, known, Outcome.EXPIRED, sink);
      case "Rejection" -> rejection(fields, time, host, sink);
      default -> LineKind.KNOWN; // reports that came in, moves between queues
    };
  }

  private static String logHost(JsonFields fields) {
    for (String host :
        new String[] {fields.object("meta").text("hostname"), fields.text("nodeid")}) {
      if (host != null && HOST.matcher(host).matches()) {
        return host;
      }
    }
    return "";
  }

  private static LineKind rejection(JsonFields fields, Instant time, String host, FactSink sink) {
    JsonFields response = fields.object("response");
    String command = response.text("command");
    String mechanism = mechanism(command);
    String plain = mechanism == null ? plain(command) : null;
    boolean invalid = Long.valueOf(INVALID).equals(response.number("code"));
    if (mechanism == null && !(invalid && (command == null || plain != null))) {
      sink.refusal();
      return LineKind.KNOWN;
    }
    JsonFields peer = fields.object("peer_address");
    sink.loginFailure(
        new JournalEntry.LoginFailure(
            time,
            host,
            null,
            client(peer.text("addr")),
            receivedFrom(fields.object("meta")),
            peer.text("name", 512),
            FailedAuthentication.login(invalid ? plain : null),
            plain == null ? mechanism : "PLAIN",
            cut(response.text("content", REPLY), REASON)));
    return LineKind.USED;
  }

  /**
   * The name in a client's answer to AUTH PLAIN (RFC 4616), which KumoMTA gives as the command that
   * failed; the password behind it is not looked at. Null where it is no such answer.
   */
  private static String plain(String command) {
    if (command == null || !ANSWER.matcher(command.strip()).matches()) {
      return null;
    }
    byte[] answer;
    try {
      answer = Base64.getDecoder().decode(command.strip());
    } catch (IllegalArgumentException e) {
      return null;
    }
    int first = zero(answer, 0);
    int second = zero(answer, first + 1);
    boolean whole = second < answer.length && zero(answer, second + 1) == answer.length;
    return whole
        ? LoggedBytes.printable(
            new String(answer, first + 1, second - first - 1, StandardCharsets.UTF_8))
        : null;
  }

  /** Where the next zero byte is, or the end. */
  private static int zero(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != 0) {
      at++;
    }
    return at;
  }

  /** The client's port out of {@code meta.received_from}, or null. */
  private static Integer receivedFrom(JsonFields meta) {
    String from = meta.text("received_from");
    int colon = from == null ? -1 : from.lastIndexOf(':');
    return colon < 0 ? null : port(from.substring(colon + 1));
  }

  private LineKind reception(
      JsonFields fields, Instant time, String host, String id, FactSink sink) {
    JsonFields meta = fields.object("meta");
    Instant created = fields.time("created_time");
    created = created == null ? fields.time("created") : created;
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(created == null ? time : created, host, id);
    facts.protocol = cut(fields.text("reception_protocol"), 64);
    boolean byHttp = HTTP.equals(facts.protocol);
    String user = meta.text("authn_id", LOGIN);
    if (user != null) {
      facts.origin = Origin.AUTHENTICATED;
      facts.user = user;
      String other = meta.text("authz_id", LOGIN);
      facts.authorizationId = user.equals(other) ? null : other;
    } else if (byHttp) {
      injected(meta.text("http_auth", LOGIN), facts);
    } else if (meta.isNull("authn_id")) {
      facts.origin = Origin.UNAUTHENTICATED;
    }
    JsonFields peer = fields.object("peer_address");
    facts.client = client(peer.text("addr"));
    facts.helo = peer.text("name", 512);
    facts.clientPort = receivedFrom(meta);
    String version = fields.text("tls_protocol_version");
    boolean plain = version != null && TLS_VERSION.matcher(version).matches();
    facts.tlsVersion = plain ? version.replace('_', '.') : null;
    String cipher = fields.text("tls_cipher");
    facts.tlsCipher = cipher != null && TLS_CIPHER.matcher(cipher).matches() ? cipher : null;
    facts.mailFrom = envelope(fields.text("sender"));
    facts.recipients = recipients(fields, null, null, null);
    facts.size = fields.count("size");
    JsonFields headers = fields.object("headers");
    facts.messageId = header(headers, "Message-ID", MESSAGE_ID);
    String subject = header(headers, "Subject", SUBJECT);
    facts.subject = subject == null ? null : EncodedWords.decode(subject);
    String headerFrom = header(headers, "From", SUBJECT);
    facts.headerFrom = headerFrom == null ? null : EncodedWords.decode(headerFrom);
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /**
   * Who injected by HTTP: a login of HTTP's, the word for any token, or the address that was
   * trusted without either. Where the site did not ask for it nothing is known; {@code authn_id} is
   * SMTP's and empty here.
   */
  private static void injected(String who, SubmissionRecord.Builder facts) {
    if (who == null) {
      return;
    }
    if (client(who) != null) {
      facts.origin = Origin.UNAUTHENTICATED;
    } else if (who.equals(ANY_TOKEN)) {
      facts.origin = Origin.AUTHENTICATED;
    } else if (HTTP_LOGIN.matcher(who).matches() && !who.equals(ITSELF)) {
      facts.origin = Origin.AUTHENTICATED;
      facts.user = who;
    }
  }

  private static String header(JsonFields headers, String name, int most) {
    List<String> values = headers.textsOfHeader(name);
    String value = values.isEmpty() ? "" : values.getFirst().strip();
    return value.isEmpty() || value.length() > most ? null : value;
  }

  private LineKind fate(
      JsonFields fields,
      Instant time,
      String host,
      String id,
      boolean known,
      Outcome outcome,
      FactSink sink) {
    List<Recipient> recipients = recipients(fields, outcome, fields.object("response"), time);
    if (!known || recipients.isEmpty()) {
      return LineKind.UNKNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, id);
    facts.recipients = recipients;
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private static List<Recipient> recipients(
      JsonFields fields, Outcome outcome, JsonFields response, Instant time) {
    String content = response == null ? null : cut(response.text("content"), REPLY);
    Long code = response == null ? null : response.number("code");
    String reply = content == null || code == null ? content : code + " " + content;
    List<Recipient> recipients = new ArrayList<>();
    for (String text : fields.texts("recipient")) {
      String address = envelope(text);
      if (address != null && !address.isEmpty()) {
        recipients.add(
            new Recipient(
                address,
                null,
                null,
                outcome,
                response == null ? null : status(response.object("enhanced_code")),
                reply,
                outcome == null ? null : nextHop(fields.object("peer_address")),
                outcome == Outcome.DELIVERED && reply != null ? NextHopReply.queueId(reply) : null,
                time));
      }
    }
    return recipients;
  }

  private static String status(JsonFields code) {
    Long type = code.number("class");
    Long subject = code.number("subject");
    Long detail = code.number("detail");
    boolean whole = type != null && subject != null && detail != null;
    return whole ? type + "." + subject + "." + detail : null;
  }

  private static String nextHop(JsonFields peer) {
    String name = peer.text("name", 255);
    String address = client(peer.text("addr"));
    return name == null ? address : address == null ? name : name + '[' + address + ']';
  }
}
