package org.whosent.msa.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.User;
import org.whosent.msa.hop.Envelope.Body;
import org.whosent.msa.hop.Extension;
import org.whosent.msa.hop.HandOver;
import org.whosent.msa.hop.HopMessage;
import org.whosent.msa.hop.HopReply;
import org.whosent.msa.journal.JournalException;
import org.whosent.record.ClueType;
import org.whosent.record.IoReason;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;
import org.whosent.record.TransactionId;
import org.whosent.record.message.MailDate;

/**
 * What happens to a message that was received whole: stamped, recorded, handed on, in this order
 * and no other. Used once, by one thread.
 *
 * <p>The record is on disk before the next hop sees the first octet of the message, so before its
 * final dot. When the record cannot be written, or no transaction ID given out, the client gets 452
 * and the hop nothing. When the hop's answer is lost, the outcome is unknown, the client gets 451
 * and may send again: the record says that there may be two.
 */
final class Intake {
  /** RFC 5321 section 6.3: a count of at least 100 stops a loop. */
  private static final int MAX_RECEIVED = 100;

  private static final Reply CANNOT_RECORD =
      Reply.of(452, "4.3.1", "the message cannot be recorded now; try again later");

  /** RFC 3463 section 3.4: the system is not accepting messages now. */
  private static final Reply BUSY =
      Reply.of(451, "4.3.2", "too many messages are being read; try again later");

  /** All who have not logged in have one turn in a round between them, so that users come first. */
  private static final Object STRANGERS = new Object();

  private final Session session;
  private final SessionContext context;
  private final MailTransaction transaction;
  private final MessageBuffer message;
  private final boolean eightBit;

  Intake(Session session, MailTransaction transaction, MessageBuffer message, boolean eightBit) {
    this.session = session;
    this.context = session.context();
    this.transaction = transaction;
    this.message = message;
    this.eightBit = eightBit;
  }

  /** The reply to the final dot. */
  Reply take() throws IOException {
    HeaderScan header;
    try (InputStream in = message.open()) {
      header = HeaderScan.of(in, session.limits().maxHeaderBytes());
    }
    // Suspended while the message came in: nothing of it goes out.
    Reply refusal = session.withdrawn();
    refusal = refusal != null ? refusal : check(header);
    if (refusal != null) {
      refused(refusal);
      return refusal;
    }
    Instant arrived = context.clock().instant();
    long recipients = transaction.distinctRecipients();
    User user = session.user();
    String tooMuch =
        user == null
            ? null
            : context.rates().take(user.name(), Authorisation.limits(session), arrived, recipients);
    if (tooMuch != null) {
      refusal = Authorisation.tooMuch(451, tooMuch);
      refused(refusal);
      return refusal;
    }
    Outcome outcome = Outcome.DEFERRED;
    try {
      Handled handled = recordAndHandOver(header, arrived);
      outcome = handled.outcome();
      return handled.reply();
    } finally {
      if (user != null && outcome == Outcome.DEFERRED) {
        // The client still has it and is to try again.
        context.rates().giveBack(user.name(), arrived, recipients);
      }
    }
  }

  private void refused(Reply refusal) {
    session
        .refusals()
        .add(
            transaction.chunks() == null ? "DATA" : "BDAT",
            transaction.reversePath().address(),
            null,
            refusal,
            message.size());
  }

  /** What became of the message, and what the client hears of it. */
  private record Handled(Outcome outcome, Reply reply) {}

  private static final Handled NOT_RECORDED = new Handled(Outcome.DEFERRED, CANNOT_RECORD);

  private Handled recordAndHandOver(HeaderScan header, Instant arrived) {
    TransactionId id;
    try {
      id = context.transactionIds().next();
    } catch (IOException e) {
      context.log().line("no transaction ID can be given out: %s", IoReason.withFile(e));
      return NOT_RECORDED;
    }
    // After a clock was set back IDs run ahead of it; the record stays in the ID's own day.
    Instant time = Times.cut(arrived.isBefore(id.time()) ? id.time() : arrived);
    Stamped stamped = stamp(header, id, time);
    SubmissionRecord.Builder content = new SubmissionRecord.Builder();
    if (!analyse(stamped, id, content)) {
      return new Handled(Outcome.DEFERRED, BUSY);
    }
    // The hop makes ready while the record is forced.
    transaction.onward().announce();
    SubmissionRecord record = record(content, stamped, id, time);
    try {
      context.journal().append(new JournalEntry.Submission(record));
    } catch (JournalException e) {
      context.log().line("refused, since it cannot be recorded: id=%s: %s", id, e.getMessage());
      return NOT_RECORDED;
    }
    HandOver handOver = transaction.onward().handOver(stamped);
    settle(record, handOver);
    if (handOver.outcome() == Outcome.DELIVERED) {
      session.gate().accepted();
      return new Handled(Outcome.DELIVERED, Reply.of(250, "2.0.0", "Ok: queued as " + id));
    }
    HopReply reply = handOver.reply();
    return new Handled(handOver.outcome(), Reply.of(reply.code(), reply.status(), reply.text()));
  }

  private Reply check(HeaderScan header) {
    if (header.tooLarge()) {
      return Reply.of(
          552,
          "5.3.4",
          "the header is larger than " + session.limits().maxHeaderBytes() + " octets");
    }
    if (header.received() > MAX_RECEIVED) {
      return Reply.of(554, "5.4.6", "too many Received fields: a loop");
    }
    Reply from = Authorisation.headerFrom(session, header);
    if (from != null) {
      return from;
    }
    if (eightBit
        && transaction.body() != Body.BINARY
        && !transaction.onward().has(Extension.EIGHT_BIT)) {
      // RFC 6152 section 3: convert or refuse.
      return Reply.of(554, "5.6.3", "the next hop takes 7-bit mail only");
    }
    long most = transaction.onward().maxSize();
    if (most > 0 && message.size() > most) {
      return Reply.of(552, "5.3.4", "the message is larger than the next hop takes");
    }
    return null;
  }

  /** A message with what we put on top of it. */
  private record Stamped(
      byte[] top,
      MessageBuffer rest,
      List<CuttingStream.Cut> cuts,
      boolean eightBit,
      String transactionId,
      String messageId,
      Instant date)
      implements HopMessage {
    @Override
    public InputStream open() {
      return new SequenceInputStream(
          new ByteArrayInputStream(top), new CuttingStream(rest.open(), cuts));
    }

    @Override
    public long size() {
      long cut = cuts.stream().mapToLong(c -> c.to() - c.from()).sum();
      return top.length + rest.size() - cut;
    }
  }

  private Stamped stamp(HeaderScan header, TransactionId id, Instant time) {
    String host = context.configuration().hostname();
    List<MailPath> recipients = transaction.recipients();
    StringBuilder top =
        new StringBuilder(
            TraceFields.received(
                session.helo(),
                session.client(),
                host,
                TraceFields.protocol(session),
                id.toString(),
                recipients.size() == 1 ? recipients.getFirst() : null,
                time));
    // RFC 6409 sections 8.1 and 8.2: what a client left out. RFC 5321 section 6.4 wants this done
    // to
    // submissions only, not to mail that comes in from elsewhere.
    boolean submission = session.user() != null;
    String messageId = header.messageId();
    if (messageId == null && submission) {
      messageId = "<" + id + "@" + host + ">";
      top.append("Message-ID: ").append(messageId).append("\r\n");
    }
    Instant date = header.date() == null ? null : MailDate.parse(header.date()).orElse(null);
    if (header.date() == null && submission) {
      date = Instant.ofEpochSecond(time.getEpochSecond());
      top.append("Date: ").append(TraceFields.date(time)).append("\r\n");
    }
    if (submission && Authorisation.needsSender(session, header)) {
      top.append("Sender: ").append(session.user().name()).append("\r\n");
    }
    String feedback = context.configuration().feedbackAddress();
    if (feedback != null && submission && !header.hasFeedback()) {
      // RFC 9477 section 3: whoever gets complaints sends them there, with the ID. The transaction
      // ID
      // is opaque and carries our tag, so it does; a sender's own fields are left as they are.
      top.append("CFBL-Address: ").append(feedback).append("; report=arf\r\n");
      top.append("CFBL-Feedback-ID: ").append(id).append("\r\n");
    }
    if (!header.startsWithField()) {
      // A first line with a blank in front would go on in our field, one without a colon end it.
      top.append("\r\n");
    }
    return new Stamped(
        top.toString().getBytes(StandardCharsets.US_ASCII),
        message,
        // RFC 5322 section 3.6.3: a client that relies on us to hide Bcc must not be let down.
        submission ? header.cuts() : List.of(),
        eightBit,
        id.toString(),
        messageId,
        date);
  }

  /** Adds what is known without its content, and where the content did not say. */
  private SubmissionRecord record(
      SubmissionRecord.Builder record, Stamped stamped, TransactionId id, Instant time) {
    // One that is too long to record was cut here, and as such is another.
    boolean whole =
        stamped.messageId() == null || stamped.messageId().length() < HeaderScan.MAX_VALUE;
    record.messageId = record.messageId == null && whole ? stamped.messageId() : record.messageId;
    record.headerDate = record.headerDate == null ? stamped.date() : record.headerDate;
    subject(record);
    record.time = time;
    record.transactionId = id.toString();
    record.host = context.configuration().hostname();
    record.service = session.service().word();
    record.protocol = TraceFields.protocol(session);
    User user = session.user();
    record.origin = user == null ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
    record.user = user == null ? null : user.name();
    record.mechanism = session.mechanism();
    record.client = session.clientText();
    record.clientPort = session.clientPort();
    record.helo = session.helo();
    record.clientInside = context.configuration().isInside(session.client());
    SSLSession tls = session.connection().tls();
    if (tls != null) {
      record.tlsVersion = tls.getProtocol();
      record.tlsCipher = tls.getCipherSuite();
    }
    record.mailFrom = transaction.reversePath().address();
    record.envelopeId = transaction.envelopeId();
    record.recipients =
        transaction.recipients().stream()
            .map(MailPath::address)
            .distinct()
            .map(a -> new Recipient(a, null, isLocal(a), null, null, null, null, null, null))
            .toList();
    record.size = message.size();
    return record.build();
  }

  private boolean isLocal(String address) {
    return context.configuration().isLocal(address);
  }

  /** Fills in what the content says; false when too many messages come first. */
  private boolean analyse(Stamped stamped, TransactionId id, SubmissionRecord.Builder record) {
    ContentReader reader = context.content();
    try {
      reader.turns().take(place(), this::needClient);
    } catch (InterruptedException e) {
      // The server ends, and has cut the client.
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      refused(BUSY);
      return false;
    }
    try (InputStream in = stamped.open()) {
      reader.read(in, record);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      context.log().line("the content could not be analysed: id=%s: %s", id, e);
    } finally {
      reader.turns().end();
    }
    return true;
  }

  /** Whose turn it is to be. */
  private Object place() {
    User user = session.user();
    return user == null ? STRANGERS : ClueType.USER.fold(user.name());
  }

  private void needClient() throws InterruptedException {
    if (session.connection().isCut()) {
      throw new InterruptedException("the client was cut");
    }
  }

  private void subject(SubmissionRecord.Builder record) {
    MsaConfiguration configuration = context.configuration();
    switch (configuration.subject()) {
      case PLAIN -> {}
      case HASH -> {
        record.subjectHash =
            record.subject == null
                ? null
                : context.keys().fingerprint(configuration.node(), record.subject);
        record.subject = null;
      }
      case OFF -> record.subject = null;
    }
  }

  private void settle(SubmissionRecord record, HandOver handOver) {
    Instant now = Times.cut(context.clock().instant());
    String reply = handOver.said();
    String status = handOver.outcome() == Outcome.UNKNOWN ? "4.4.2" : handOver.reply().status();
    List<Recipient> recipients =
        record.recipients().stream()
            .map(
                r ->
                    new Recipient(
                        r.address(),
                        null,
                        r.local(),
                        handOver.outcome(),
                        status,
                        reply,
                        handOver.nextHop(),
                        handOver.nextHopId(),
                        now))
            .toList();
    context
        .journal()
        .appendLazily(
            new JournalEntry.Outcome(now, record.host(), record.transactionId(), recipients));
    context
        .log()
        .line(
            "%s id=%s client=%s port=%d service=%s size=%d recipients=%d hop=%s hop-id=%s"
                + " message-id=%s user=%s from=%s reply=%s",
            handOver.outcome() == Outcome.DELIVERED ? "accepted" : handOver.outcome().word(),
            record.transactionId(),
            record.client(),
            record.clientPort(),
            record.service(),
            record.size(),
            recipients.size(),
            MsaLog.word(handOver.nextHop()),
            MsaLog.word(handOver.nextHopId()),
            MsaLog.quote(record.messageId()),
            MsaLog.quote(record.user()),
            MsaLog.quote(record.mailFrom()),
            MsaLog.quote(handOver.said()));
  }
}
