package org.whosent.msa.hop;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.record.Outcome;

/**
 * One message to one of the SMTP hops. When a hop fails before it was sent data, the envelope is
 * told again to the next one; after that there is no other try. Not thread-safe.
 */
final class SmtpHopTransaction implements NextHop.Transaction {
  /** About what we put on top of a message. */
  private static final int STAMP = 400;

  private static final Duration RESET = Duration.ofSeconds(5);

  private final SmtpHop hop;
  private final Envelope envelope;
  private final List<ForwardPath> recipients = new ArrayList<>();
  private final HopReply opening;
  private int nextAddress;
  private int address;
  private SmtpClient client;

  /** True when the connection is in no transaction, so that another may begin on it. */
  private boolean free;

  /** Known when the message is. */
  private boolean needsEightBit;

  private boolean hasPlace;
  private long untilNanos;

  SmtpHopTransaction(SmtpHop hop, Envelope envelope) {
    this.hop = hop;
    this.envelope = envelope;
    this.hasPlace = hop.enter();
    allow(SmtpHop.OPENING_IN_ALL);
    this.opening = hasPlace ? open() : HopReply.BUSY;
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

  /** Finds the first hop that takes MAIL, or says why none does. */
  private HopReply open() {
    HopReply temporary = null;
    HopReply lacking = null;
    long noneAfterNanos = System.nanoTime() + SmtpHop.OPENING.toNanos();
    while (nextAddress < hop.count() && System.nanoTime() - noneAfterNanos < 0) {
      address = nextAddress++;
      free = false;
      try {
        SmtpReply reply = mailOnWaiting();
        if (reply == null && client == null) {
          client = hop.connect(address, untilNanos);
          reply = lacks() == null ? mail() : null;
        }
        if (reply == null) {
          lacking = lacks().lacking();
          hop.log("next hop " + client.name() + " lacks " + lacks().keyword());
          hop.idle().giveBack(address, client);
          client = null;
          continue;
        }
        if (reply.isPositive()) {
          return forClient(reply);
        }
        hop.log("next hop " + client.name() + " refuses MAIL: " + reply);
        HopReply refusal = forClient(reply);
        farewell();
        if (refusal.isPermanent()) {
          // A verdict on the sender, not on the connection: no other hop is asked for a better one.
          return refusal;
        }
        temporary = refusal;
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
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

  private SmtpReply mail() throws IOException {
    hop.introduction()
        .introduce(client, envelope.submitter(), hop.hostname(), this::command, hop::log);
    StringBuilder line =
        new StringBuilder("MAIL FROM:<").append(envelope.reversePath()).append('>');
    if (envelope.body() == Envelope.Body.BINARY) {
      line.append(" BODY=BINARYMIME");
    } else if (has(Extension.EIGHT_BIT)) {
      // Declared whether the message will have such octets or not: its data come later.
      line.append(" BODY=8BITMIME");
    }
    if (envelope.utf8()) {
      line.append(" SMTPUTF8");
    }
    if (envelope.size() > 0 && client.offers("SIZE")) {
      // RFC 1870 section 6: so that a hop without room says so before it has the message.
      line.append(" SIZE=").append(envelope.size() + STAMP);
    }
    if (!envelope.dsn().isEmpty()) {
      line.append(' ').append(envelope.dsn());
    }
    return command(line.toString());
  }

  private SmtpReply rcpt(ForwardPath path) throws IOException {
    String dsn = path.dsn().isEmpty() ? "" : " " + path.dsn();
    return command("RCPT TO:<" + path.address() + ">" + dsn);
  }

  /**
   * Says MAIL on a connection that waited. Null when there is none or it is of no use any more,
   * which says nothing of the hop: it may have tired of waiting, or of so many messages; and null
   * with a connection that lacks something.
   */
  private SmtpReply mailOnWaiting() {
    client = hop.idle().take(address);
    if (client == null || lacks() != null) {
      return null;
    }
    try {
      SmtpReply reply = mail();
      if (reply.isPositive() || reply.isPermanent() && forClient(reply).isPermanent()) {
        return reply;
      }
      farewell();
    } catch (IOException e) {
      cut();
    }
    return null;
  }

  @Override
  public HopReply recipient(ForwardPath path) {
    allow(SmtpHop.OPENING_IN_ALL);
    while (client != null) {
      if (!path.dsn().isEmpty() && !has(Extension.DSN)) {
        return Extension.DSN.lacking();
      }
      try {
        SmtpReply reply = rcpt(path);
        if (reply.code() != 421) {
          if (reply.isPositive()) {
            recipients.add(path);
          }
          return forClient(reply);
        }
        hop.log("next hop " + client.name() + ": " + reply);
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
      }
      cut();
      reopen();
    }
    return HopReply.LOST;
  }

  /** Tells the envelope so far to another hop; that hop must take all of it. */
  private void reopen() {
    while (nextAddress < hop.count()) {
      if (!open().isPositive()) {
        return;
      }
      try {
        for (ForwardPath recipient : recipients) {
          if (!recipient.dsn().isEmpty() && !has(Extension.DSN)) {
            throw new IOException(client.name() + " has no DSN, which another hop has");
          }
          SmtpReply reply = rcpt(recipient);
          if (!reply.isPositive()) {
            throw new IOException(
                client.name() + " refuses a recipient that another hop took: " + reply);
          }
        }
        return;
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
        cut();
      }
    }
  }

  @Override
  public HandOver handOver(HopMessage message) {
    allow(SmtpHop.HANDING_OVER_IN_ALL);
    needsEightBit = message.eightBit() && envelope.body() != Envelope.Body.BINARY;
    while (client != null) {
      try {
        if (envelope.body() == Envelope.Body.BINARY) {
          return send(message);
        }
        SmtpReply reply = command("DATA");
        if (reply.code() == 354) {
          return send(message);
        }
        if (reply.code() != 421) {
          return refused(reply);
        }
        hop.log("next hop " + client.name() + ": " + reply);
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
      }
      String name = client.name();
      cut();
      reopen();
      if (client == null) {
        return new HandOver(Outcome.DEFERRED, HopReply.LOST, null, name, null);
      }
    }
    return new HandOver(Outcome.DEFERRED, HopReply.LOST, null, null, null);
  }

  private HandOver send(HopMessage message) {
    String name = client.name();
    boolean mayHaveAll = false;
    Thread guard = guard(client);
    try (InputStream in = message.open()) {
      int last = -1;
      if (envelope.body() == Envelope.Body.BINARY) {
        last = sendAllButLast(in, message.size());
      } else {
        client.sendData(in);
      }
      mayHaveAll = true;
      Duration most = SmtpHop.within(hop.timeouts().finalDot(), untilNanos);
      SmtpReply reply = last < 0 ? client.endData(most) : endChunk(last, most);
      free = true;
      if (!reply.isPositive()) {
        return refused(reply);
      }
      HopReply taken = new HopReply(250, "2.0.0", "OK");
      return new HandOver(Outcome.DELIVERED, taken, reply.toString(), name, reply.queueId());
    } catch (IOException e) {
      hop.log("next hop: " + e.getMessage());
      cut();
      // Once the end of the message may have left, only the hop knows.
      Outcome outcome = mayHaveAll ? Outcome.UNKNOWN : Outcome.DEFERRED;
      return new HandOver(outcome, HopReply.LOST, null, name, null);
    } finally {
      guard.interrupt();
    }
  }

  /** A chunk but for its last octet, which is given back: without it the hop has no message. */
  private int sendAllButLast(InputStream in, long size) throws IOException {
    client.startChunk(size);
    byte[] octets = new byte[8192];
    long left = size - 1;
    while (left > 0) {
      int count = in.read(octets, 0, (int) Math.min(octets.length, left));
      if (count < 0) {
        throw new EOFException("the message ends before its size");
      }
      client.sendOctets(octets, 0, count);
      left -= count;
    }
    client.flush();
    int last = in.read();
    if (last < 0) {
      throw new EOFException("the message ends before its size");
    }
    return last;
  }

  private SmtpReply endChunk(int last, Duration most) throws IOException {
    client.sendOctets(new byte[] {(byte) last}, 0, 1);
    client.flush();
    return client.reply(most);
  }

  /** Cuts a hop that does not read what we write: no read timeout notices that. */
  private Thread guard(SmtpClient guarded) {
    Duration most = Duration.ofNanos(Math.max(1, untilNanos - System.nanoTime()));
    return Thread.startVirtualThread(
        () -> {
          try {
            Thread.sleep(most);
            guarded.abort();
          } catch (InterruptedException e) {
            // handed over in time
          }
        });
  }

  private HandOver refused(SmtpReply reply) {
    HopReply forClient = forClient(reply);
    return new HandOver(
        forClient.isPermanent() ? Outcome.BOUNCED : Outcome.DEFERRED,
        forClient,
        reply.toString(),
        client.name(),
        null);
  }

  /**
   * What the client may hear of a hop's reply. What the hop has against us or against the
   * connection is temporary for the client: 421 would end a session that is not the hop's, 530
   * would make it ask for a password that is ours, and 500 to 504 speak of commands that it never
   * sent.
   */
  private static HopReply forClient(SmtpReply reply) {
    int code = reply.code();
    if (code == 421) {
      return HopReply.LOST;
    }
    if (code >= 300 && code < 400
        || code >= 500 && code <= 504 && code != 501
        || code == 530
        || code == 534
        || code == 535
        || code == 538
        || code == 454) {
      return HopReply.NOT_FOR_CLIENTS;
    }
    if (code < 300) {
      return new HopReply(250, reply.status() == null ? "2.0.0" : reply.status(), "OK");
    }
    String status = reply.status() == null ? code / 100 + ".0.0" : reply.status();
    String text = reply.text().isEmpty() ? "refused" : reply.text();
    return new HopReply(code, status, "next hop: " + text);
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
      hop.leave();
    } else if (free) {
      hop.idle().giveBack(address, done);
      hop.leave();
    } else {
      // Our client does not wait for the hop's answer.
      Thread.startVirtualThread(() -> abandon(done));
    }
  }

  private void abandon(SmtpClient done) {
    try {
      if (done.command("RSET", RESET).isPositive()) {
        hop.idle().giveBack(address, done);
      } else {
        done.quit();
      }
    } catch (IOException e) {
      done.close();
    } finally {
      hop.leave();
    }
  }
}
