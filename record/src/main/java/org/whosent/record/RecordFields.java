package org.whosent.record;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.whosent.record.RecordField.Identity;
import org.whosent.record.RecordField.Shape;
import org.whosent.record.RecordField.Writer;

/**
 * The fields of a {@link SubmissionRecord}, all of them, and the one place that lists them: JSON
 * name, type, who writes it, what it means, how two lines' values join.
 *
 * <p>To add one: a component in {@link SubmissionRecord} and its builder, a row here, and the same
 * row in {@code submission.schema.json} (a test compares the two).
 */
public final class RecordFields {
  /** In the order in which they are written. */
  public static final List<RecordField<?>> ALL =
      List.of(
          new RecordField<>(
              "time",
              Shape.TIME,
              true,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::time,
              (b, v) -> b.time = v,
              RecordFields::smaller,
              "When the server accepted the message; from logs, the time of the transaction's first"
                  + " line. Its UTC day is the record's partition."),
          key(
              "transactionId",
              Writer.BOTH,
              SubmissionRecord::transactionId,
              (b, v) -> b.transactionId = v,
              "The ID that the server put after 'id' in its Received field: our transaction ID, or"
                  + " the queue ID of a foreign server."),
          texts(
              "aliases",
              Writer.LOGS,
              SubmissionRecord::aliases,
              (b, v) -> b.aliases = v,
              "Other IDs of the same message on the operator's own hosts (content filters,"
                  + " instances), learnt only from our own logs."),
          texts(
              "continuations",
              Writer.LOGS,
              SubmissionRecord::continuations,
              (b, v) -> b.continuations = v,
              "The aliases that are transactions of the same host's queue, whose lines are this"
                  + " record's too: 'ID TIME INSTANCE NEXTHOP', '-' for what is not known, and"
                  + " 'ID TIME end' when it is completed."),
          key(
              "host",
              Writer.BOTH,
              SubmissionRecord::host,
              (b, v) -> b.host = v,
              "The server's name as it stands after 'by' in its Received field; from logs, the"
                  + " log's host unless site.yaml says which name it goes by."),
          identity(
              "instance",
              Writer.LOGS,
              SubmissionRecord::instance,
              (b, v) -> b.instance = v,
              "Which of several servers on that host (Postfix syslog_name), so that equal queue IDs"
                  + " stay apart."),
          texts(
              "logHosts",
              Writer.LOGS, // what differs may still be one machine: see SubmissionRecord
              SubmissionRecord::logHosts,
              (b, v) -> b.logHosts = v,
              "The names that its lines have for the machine, where several may go by that host, so"
                  + " that equal queue IDs of two machines stay apart."),
          fact(
              "service",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::service,
              (b, v) -> b.service = v,
              "The listener: submission, submissions, smtp, or what the log calls it."),
          fact(
              "protocol",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::protocol,
              (b, v) -> b.protocol = v,
              "The 'with' keyword of RFC 3848 and RFC 6531, e.g. ESMTPSA."),
          identity(
              "origin",
              Writer.BOTH,
              SubmissionRecord::origin,
              (b, v) -> b.origin = v,
              "authenticated, local, unauthenticated or internal; absent until the line that opens"
                  + " the transaction was read."),
          identity(
              "user",
              Writer.BOTH,
              SubmissionRecord::user,
              (b, v) -> b.user = v,
              "The authenticated identity as the server knows it (Exim's octal and Sendmail's xtext"
                  + " decoded); absent when nobody authenticated."),
          fact(
              "mechanism",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::mechanism,
              (b, v) -> b.mechanism = v,
              "The SASL mechanism (RFC 4422) or, from Exim, the authenticator's name."),
          fact(
              "authorizationId",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::authorizationId,
              (b, v) -> b.authorizationId = v,
              "The SASL authorization identity where it differs from user."),
          identity(
              "localUser",
              Writer.LOGS,
              SubmissionRecord::localUser,
              (b, v) -> b.localUser = v,
              "The account that handed the message to the local sendmail command; 'uid:N' where the"
                  + " log has only the number."),
          fact(
              "client",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::client,
              (b, v) -> b.client = v,
              "The client's IP address: dotted IPv4, or IPv6 as RFC 5952 writes it."),
          fact(
              "clientPort",
              Shape.INTEGER,
              Writer.BOTH,
              SubmissionRecord::clientPort,
              (b, v) -> b.clientPort = v,
              "The client's TCP port, 1 to 65535."),
          fact(
              "clientName",
              Shape.TEXT,
              Writer.LOGS,
              SubmissionRecord::clientName,
              (b, v) -> b.clientName = v,
              "The client's verified reverse name where the server looked it up."),
          fact(
              "helo",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::helo,
              (b, v) -> b.helo = v,
              "The argument of EHLO or HELO: whatever the client chose to say."),
          fact(
              "clientInside",
              Shape.FLAG,
              Writer.MSA,
              SubmissionRecord::clientInside,
              (b, v) -> b.clientInside = v,
              "Whether the client's address lies in the operator's own networks (RFC 5068)."),
          fact(
              "tlsVersion",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::tlsVersion,
              (b, v) -> b.tlsVersion = v,
              "TLSv1.2, TLSv1.3, …; absent for a session in clear."),
          fact(
              "tlsCipher",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::tlsCipher,
              (b, v) -> b.tlsCipher = v,
              "The cipher suite as the server names it."),
          fact(
              "mailFrom",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::mailFrom,
              (b, v) -> b.mailFrom = v,
              "The reverse-path without angle brackets; empty text for the null reverse-path."),
          fact(
              "envelopeId",
              Shape.TEXT,
              Writer.MSA,
              SubmissionRecord::envelopeId,
              (b, v) -> b.envelopeId = v,
              "ENVID of MAIL (RFC 3461), decoded, as the client chose it: up to 100 printable ASCII"
                  + " characters; absent when it gave none. Bounces repeat it as"
                  + " Original-Envelope-Id."),
          new RecordField<>(
              "recipients",
              Shape.RECIPIENTS,
              false,
              Writer.BOTH,
              Identity.NO,
              SubmissionRecord::recipients,
              (b, v) -> b.recipients = v,
              MergedRecipients::of,
              "The accepted envelope recipients with disposition and outcome."),
          fact(
              "messageId",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::messageId,
              (b, v) -> b.messageId = v,
              "The Message-ID as sent or as added, with its angle brackets."),
          fact(
              "headerFrom",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::headerFrom,
              (b, v) -> b.headerFrom = v,
              "The From field, decoded (RFC 2047) and unfolded."),
          fact(
              "subject",
              Shape.TEXT,
              Writer.BOTH,
              SubmissionRecord::subject,
              (b, v) -> b.subject = v,
              "The Subject field, decoded and unfolded, where the site keeps it in plain."),
          fact(
              "subjectHash",
              Shape.TEXT,
              Writer.MSA,
              SubmissionRecord::subjectHash,
              (b, v) -> b.subjectHash = v,
              "Where the site does not: the first 64 bits of HMAC-SHA-256 of the subject under the"
                  + " site's key, 16 hex digits."),
          fact(
              "headerDate",
              Shape.TIME,
              Writer.MSA,
              SubmissionRecord::headerDate,
              (b, v) -> b.headerDate = v,
              "The Date field as sent or as added."),
          fact(
              "size",
              Shape.INTEGER,
              Writer.BOTH,
              SubmissionRecord::size,
              (b, v) -> b.size = v,
              "Octets of the message as the server counted it."),
          fact(
              "bodyDigest",
              Shape.TEXT,
              Writer.MSA,
              SubmissionRecord::bodyDigest,
              (b, v) -> b.bodyDigest = v,
              "SHA-256 of the body in DKIM relaxed form (RFC 6376 section 3.4.4), first 128 bits,"
                  + " 32 hex digits."),
          fact(
              "textDigest",
              Shape.TEXT,
              Writer.MSA,
              SubmissionRecord::textDigest,
              (b, v) -> b.textDigest = v,
              "SHA-256 of the decoded text, case and white space folded, first 128 bits, 32 hex"
                  + " digits."),
          fact(
              "sketch",
              Shape.TEXT,
              Writer.MSA,
              SubmissionRecord::sketch,
              (b, v) -> b.sketch = v,
              "MinHash sketch of the same text, base64url; compared, and found by its anchors."),
          texts(
              "attachmentDigests",
              Writer.MSA,
              SubmissionRecord::attachmentDigests,
              (b, v) -> b.attachmentDigests = v,
              "SHA-256 of the decoded content of attachments, first 128 bits, 32 hex digits each:"
                  + " of the first ten, very small ones left out."),
          new RecordField<>(
              "expired",
              Shape.TIME,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::expired,
              (b, v) -> b.expired = v,
              RecordFields::larger,
              "When the server gave the message up for every recipient that was still deferred"
                  + " then; their outcome is expired."),
          fact(
              "completed",
              Shape.TIME,
              Writer.BOTH,
              SubmissionRecord::completed,
              (b, v) -> b.completed = v,
              "When the server was done with the message (Postfix 'removed', Exim 'Completed', the"
                  + " MSA's outcome)."),
          new RecordField<>(
              "provenance",
              Shape.LINES,
              false,
              Writer.LOGS,
              Identity.NO,
              SubmissionRecord::provenance,
              (b, v) -> b.provenance = v,
              SubmissionRecord::mergeProvenance,
              "Every line that the record rests on: file, offset, hash. Set while reading, never"
                  + " written into a journal by the MSA."));

  private static final Map<String, RecordField<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(RecordField::name, f -> f));

  private RecordFields() {}

  /** The field of that JSON name, or null. */
  static RecordField<?> named(String name) {
    return BY_NAME.get(name);
  }

  /** Of two different values the smaller one stands. */
  private static <T extends Comparable<? super T>> RecordField<T> fact(
      String name,
      Shape shape,
      Writer writer,
      Function<SubmissionRecord, T> get,
      BiConsumer<SubmissionRecord.Builder, T> set,
      String meaning) {
    return new RecordField<>(
        name, shape, false, writer, Identity.NO, get, set, RecordFields::smaller, meaning);
  }

  /** Different values are of different transactions. */
  private static <T extends Comparable<? super T>> RecordField<T> identity(
      String name,
      Writer writer,
      Function<SubmissionRecord, T> get,
      BiConsumer<SubmissionRecord.Builder, T> set,
      String meaning) {
    return new RecordField<>(
        name, Shape.TEXT, false, writer, Identity.YES, get, set, RecordFields::smaller, meaning);
  }

  /** The same of what no record is without. */
  private static RecordField<String> key(
      String name,
      Writer writer,
      Function<SubmissionRecord, String> get,
      BiConsumer<SubmissionRecord.Builder, String> set,
      String meaning) {
    return new RecordField<>(
        name, Shape.TEXT, true, writer, Identity.YES, get, set, RecordFields::smaller, meaning);
  }

  /** Lists are joined. */
  private static RecordField<List<String>> texts(
      String name,
      Writer writer,
      Function<SubmissionRecord, List<String>> get,
      BiConsumer<SubmissionRecord.Builder, List<String>> set,
      String meaning) {
    return new RecordField<>(
        name,
        Shape.TEXTS,
        false,
        writer,
        Identity.NO,
        get,
        set,
        SubmissionRecord::mergeTexts,
        meaning);
  }

  private static <C extends Comparable<? super C>> C larger(C a, C b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static <C extends Comparable<? super C>> C smaller(C a, C b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
