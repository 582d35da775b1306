package org.whosent.msa.hop;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.record.Outcome;

/**
 * One message to one of the SMTP hops. When a hop fails before it was sent data, the envelope is
 * told again to the next one; after that there is no other try. Not thread-safe.
 *
 * <p>Two commands go to the hop before their answers are needed, so that their way there and back
 * costs our client no time. MAIL on a connection that waited, and who the client is in one piece
 * with it where the hop allows that: the answers are heard before the first RCPT, and a refusal
 * given as the answer to RCPT, which RFC 5321 section 3.3 allows and Postfix does by default. And
 * DATA, while the message is being recorded.
 */
final class SmtpHopTransaction implements NextHop.Transaction {
  private static final HopReply SENT_AHEAD = new HopReply(250, "2.1.0", "OK");

  private final SmtpHop hop;
  private final Envelope envelope;
  private final List<ForwardPath> recipients = new ArrayList<>();
  private final HopReply opening;
  private int nextAddress;
  private int address;
  private SmtpClient client;

  /** True when the connection is in no transaction, so that another may begin on it. */
  private boolean free;

  /** Answers to MAIL, and to what went in one piece with it, that were not read. */
  private int mailAhead;

  /** True when DATA was sent and its answer not read. */
  private boolean dataAhead;

  /** What became of a MAIL that was sent ahead, when it was refused; each RCPT gets it. */
  private HopReply mailRefusal;

  /** The hop whose waiting connection proved to be of no use; -1 for none. */
  private int tired = -1;

  /** Known when the message is. */
  private boolean needsEightBit;

  private boolean hasPlace;
  private long untilNanos;

  SmtpHopTransaction(SmtpHop hop, Envelope envelope) {
    this.hop = hop;
    this.envelope = envelope;
    this.hasPlace = hop.enter(envelope);
    allow(SmtpHop.OPENING_IN_ALL);
    this.opening = hasPlace ? open(true) : HopReply.BUSY;
  }

  /** All that is done for the client's present command is to be done in that time. */
  private void allow(Duration inAll) {
    untilNanos = System.nanoTime() + inAll.toNanos();
  }

  private SmtpReply command(String line) throws IOException {
    return client.command(line, SmtpHop.within(hop.timeouts().command(), untilNanos));
  }

  @Override
  public HopReply opening() {
    return opening;
  }

  @Override
  public boolean has(Extension extension) {
    return client == null || client.offers(extension.keyword());
  }

  @Override
  public long maxSize() {
    return client == null ? 0 : client.maxSize();
  }

  /**
   * Finds the first hop that takes MAIL, or says why none does.
   *
   * @param ahead true when a connection that waited may be taken at its word
   */
  private HopReply open(boolean ahead) {
    HopReply temporary = null;
    HopReply lacking = null;
    long noneAfterNanos = System.nanoTime() + SmtpHop.OPENING.toNanos();
    while (nextAddress < hop.count() && System.nanoTime() - noneAfterNanos < 0) {
      address = nextAddress++;
      free = false;
      try {
        SmtpReply reply = mailOnWaiting(ahead);
        if (mailAhead > 0) {
          return SENT_AHEAD;
        }
        if (reply == null && client == null) {
          client = hop.connect(address, untilNanos);
          reply = mail();
        }
        if (reply == null) {
          lacking = lacks().lacking();
          hop.log("next hop " + client.name() + " lacks " + lacks().keyword());
          hop.idle().giveBack(address, client);
          client = null;
          continue;
        }
        if (reply.isCompletion()) {
          return HopReply.forClient(reply);
        }
        hop.log("next hop " + client.name() + " refuses MAIL: " + reply);
        HopReply refusal = HopReply.forClient(reply);
        farewell();
        if (refusal.isPermanent()) {
          // A verdict on the sender, not on the connection: no other hop is asked for a better one.
          return refusal;
        }
        temporary = refusal;
      } catch (IOException e) {
        hop.logFailure(address, e);
        cut();
        temporary = temporary == null ? HopReply.UNREACHABLE : temporary;
      }
    }
    // One that is away just now may have what the others lack.
    return temporary != null ? temporary : lacking != null ? lacking : HopReply.UNREACHABLE;
  }

  /** What the hop would need to have and has not; null when there is nothing. */
  private Extension lacks() {
    if (needsEightBit && !has(Extension.EIGHT_BIT)) {
      return Extension.EIGHT_BIT;
    }
    return envelope.needs().stream().filter(need -> !has(need)).findFirst().orElse(null);
  }

  /** Null when the hop lacks something; after XCLIENT it offers what it has for that client. */
  private SmtpReply mail() throws IOException {
    if (lacks() != null) {
      return null;
    }
    hop.introduction()
        .introduce(client, envelope.submitter(), hop.hostname(), this::command, hop::log);
    return lacks() == null ? command(MailCommand.line(envelope, client)) : null;
  }

  private SmtpReply rcpt(ForwardPath path) throws IOException {
    String dsn = path.dsn().isEmpty() ? "" : " " + path.dsn();
    return command("RCPT TO:<" + path.address() + ">" + dsn);
  }

  /**
   * Says MAIL on a connection that waited. Null when there is none or it is of no use any more,
   * which says nothing of the hop: it may have tired of waiting, or of so many messages, or offer
   * no more than it had for the client before; null with a connection that lacks something for this
   * one; and null when it was sent ahead.
   */
  private SmtpReply mailOnWaiting(boolean ahead) {
    client = address == tired ? null : hop.idle().take(address);
    if (client != null && lacks() != null) {
      farewell();
    }
    if (client == null) {
      return null;
    }
    try {
      List<String> introduction =
          ahead ? hop.introduction().ahead(client, envelope.submitter()) : null;
      if (introduction != null) {
        List<String> lines = new ArrayList<>(introduction);
        lines.add(MailCommand.line(envelope, client));
        client.sendAhead(lines);
        mailAhead = lines.size();
        return null;
      }
      SmtpReply reply = mail();
      if (reply == null || reply.isCompletion() || isVerdict(reply)) {
        return reply;
      }
      farewell();
    } catch (IOException e) {
      cut();
    }
    return null;
  }

  /** True for one on the sender; what else it says may be about the connection. */
  private static boolean isVerdict(SmtpReply reply) {
    return reply.isPermanent() && HopReply.forClient(reply).isPermanent();
  }

  /** Hears the answer to a MAIL that was sent ahead, and tries again elsewhere where need be. */
  private void hearMail() {
    if (mailAhead == 0) {
      return;
    }
    int before = mailAhead - 1;
    mailAhead = 0;
    try {
      for (int i = 0; i < before; i++) {
        SmtpReply introduced = client.reply(SmtpHop.within(hop.timeouts().command(), untilNanos));
        if (!introduced.isPositive()) {
          // It may have the client before in mind, and under that name takes this MAIL.
          throw new IOException(client.name() + " refuses XFORWARD: " + introduced);
        }
      }
      SmtpReply reply = client.reply(SmtpHop.within(hop.timeouts().command(), untilNanos));
      if (reply.isCompletion()) {
        return;
      }
      if (isVerdict(reply)) {
        hop.log("next hop " + client.name() + " refuses MAIL: " + reply);
        mailRefusal = HopReply.forClient(reply);
        farewell();
        return;
      }
      farewell();
    } catch (IOException e) {
      cut();
    }
    // As when such a connection is met at once: the same hop again, on a new one.
    tired = address;
    nextAddress = address;
    HopReply again = open(false);
    if (!again.isPositive()) {
      mailRefusal = again;
    }
  }

  @Override
  public HopReply recipient(ForwardPath path) {
    allow(SmtpHop.OPENING_IN_ALL);
    hearMail();
    if (mailRefusal != null) {
      return mailRefusal;
    }
    while (client != null) {
      if (!path.dsn().isEmpty() && !has(Extension.DSN)) {
        return Extension.DSN.lacking();
      }
      try {
        SmtpReply reply = rcpt(path);
        if (reply.code() != 421) {
          if (reply.isCompletion()) {
            recipients.add(path);
          }
          return HopReply.forClient(reply);
        }
        hop.log("next hop " + client.name() + ": " + reply);
      } catch (IOException e) {
        hop.logFailure(address, e);
      }
      cut();
      reopen();
    }
    return HopReply.LOST;
  }

  /** Tells the envelope so far to another hop; that hop must take all of it. */
  private void reopen() {
    while (nextAddress < hop.count()) {
      if (!open(false).isPositive()) {
        return;
      }
      try {
        for (ForwardPath recipient : recipients) {
          if (!recipient.dsn().isEmpty() && !has(Extension.DSN)) {
            throw new IOException(client.name() + " has no DSN, which another hop has");
          }
          SmtpReply reply = rcpt(recipient);
          if (!reply.isCompletion()) {
            throw new IOException(
                client.name() + " refuses a recipient that another hop took: " + reply);
          }
        }
        return;
      } catch (IOException e) {
        hop.logFailure(address, e);
        cut();
      }
    }
  }

  @Override
  public void announce() {
    if (client == null || mailAhead > 0 || envelope.body() == Envelope.Body.BINARY) {
      return;
    }
    try {
      client.sendAhead(List.of("DATA"));
      dataAhead = true;
    } catch (IOException e) {
      // handOver meets the same, and deals with it
    }
  }

  private SmtpReply data() throws IOException {
    if (!dataAhead) {
      return command("DATA");
    }
    dataAhead = false;
    return client.reply(SmtpHop.within(hop.timeouts().command(), untilNanos));
  }

  @Override
  public HandOver handOver(HopMessage message) {
    allow(SmtpHop.HANDING_OVER_IN_ALL);
    hearMail();
    needsEightBit = message.eightBit() && envelope.body() != Envelope.Body.BINARY;
    while (client != null) {
      try {
        if (envelope.body() == Envelope.Body.BINARY) {
          return send(message);
        }
        SmtpReply reply = data();
        if (reply.code() == 354) {
          return send(message);
        }
        if (reply.code() != 421) {
          return HandOver.refused(reply, client.name());
        }
        hop.log("next hop " + client.name() + ": " + reply);
      } catch (IOException e) {
        hop.logFailure(address, e);
      }
      String name = client.name();
      cut();
      reopen();
      if (client == null) {
        return HandOver.lost(Outcome.DEFERRED, name, null);
      }
    }
    return HandOver.lost(Outcome.DEFERRED, null, null);
  }

  private HandOver send(HopMessage message) {
    String name = client.name();
    MessageSending sending = new MessageSending(client, message, envelope.body(), hop.guard());
    try {
      SmtpReply reply = sending.send(hop.timeouts().finalDot(), untilNanos);
      // RFC 3030 section 2: what a chunk that was refused leaves behind ends with RSET.
      free = reply.isCompletion() || envelope.body() != Envelope.Body.BINARY;
      return reply.isCompletion() ? HandOver.taken(reply, name) : HandOver.refused(reply, name);
    } catch (IOException e) {
      hop.logFailure(address, e);
      cut();
      return sending.lost();
    }
  }

  private void farewell() {
    IdleConnections.goodbye(client);
    client = null;
  }

  private void cut() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  @Override
  public void close() {
    if (!hasPlace) {
      return;
    }
    hasPlace = false;
    SmtpClient done = client;
    client = null;
    if (done == null) {
      hop.leave(envelope);
    } else if (free) {
      hop.idle().giveBack(address, done);
      hop.leave(envelope);
    } else if (dataAhead) {
      // All that would be said now is content. Cut before the final dot, there is no message.
      done.close();
      hop.leave(envelope);
    } else {
      // Our client does not wait for the hop's answer.
      int unheard = mailAhead;
      Thread.startVirtualThread(
          () -> {
            try {
              hop.idle().giveBackReset(address, done, unheard);
            } finally {
              hop.leave(envelope);
            }
          });
    }
  }
}
