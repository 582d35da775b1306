package org.whosent.query.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A made-up mail log that goes on from file to file, for {@link IndexWarmUp}: what a server writes
 * of a message, a login that fails, or a message that it refuses is a scene, and {@value #AT_ONCE}
 * of them are on stage at a time. No line is there twice. Used by one thread.
 */
final class WarmUpLog {
  /** So many transactions are open at a time: their lines are mixed as those of a busy server. */
  private static final int AT_ONCE = 24;

  private static final int LINES_A_SECOND = 40;
  private static final int USERS = 1000;

  private static final String LONG_ID = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  private static final String HEX = "0123456789ABCDEF";

  /**
   * Lines without their time; an empty one ends a scene. {@code %q} is the message's ID, {@code %o}
   * that of another one, {@code %n} the next hop's, {@code %u} a user, {@code %i} a number for the
   * scene, {@code %r} one for here alone, {@code %h} random hexadecimal digits.
   */
  private static final String POSTFIX =
      """
      submission/smtpd[%i]: connect from host%i.cable.example[198.51.100.%b]
      submission/smtpd[%i]: Anonymous TLS connection established from host%i.cable.example[198.51.100.%b]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256
      submission/smtpd[%i]: %q: client=host%i.cable.example[198.51.100.%b], sasl_method=PLAIN, sasl_username=user%u@example.com
      cleanup[619]: %q: message-id=<%h.%h@example.com>
      qmgr[567]: %q: from=<user%u@example.com>, size=%i, nrcpt=1 (queue active)
      smtp[635]: %q: to=<rcpt%r@far.example>, relay=mx.far.example[203.0.113.25]:25, delay=0.21, delays=0/0/0/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %n)
      submission/smtpd[%i]: disconnect from host%i.cable.example[198.51.100.%b] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8
      qmgr[567]: %q: removed

      submission/smtpd[%i]: connect from unknown[2001:db8:%b::%b]
      submission/smtpd[%i]: %q: client=unknown[2001:db8:%b::%b], sasl_method=LOGIN, sasl_username=user%u
      cleanup[619]: %q: message-id=<%h.%h@laptop>
      qmgr[567]: %q: from=<user%u@example.com>, size=%i, nrcpt=5 (queue active)
      submission/smtpd[%i]: disconnect from unknown[2001:db8:%b::%b] ehlo=1 auth=1 mail=1 rcpt=5 data=1 quit=1 commands=10
      smtp[628]: %q: to=<rcpt%r@far.example>, relay=mx.far.example[203.0.113.25]:25, delay=0.06, delays=0.05/0/0.01/0.01, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %n)
      smtp[628]: %q: to=<rcpt%r@far.example>, relay=mx.far.example[203.0.113.25]:25, conn_use=2, delay=0.06, delays=0.05/0/0.01/0.01, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %n)
      smtp[677]: %q: to=<gone%r@near.example>, relay=mx.near.example[203.0.113.26]:25, delay=0.06, delays=0.05/0/0.01/0, dsn=5.1.1, status=bounced (host mx.near.example[203.0.113.26] said: 550 5.1.1 <gone%r@near.example>: Recipient address rejected: User unknown (in reply to RCPT TO command))
      smtp[677]: %q: to=<late%r@slow.example>, relay=mx.slow.example[203.0.113.27]:25, delay=0.07, delays=0.05/0.01/0.01/0, dsn=4.7.1, status=deferred (host mx.slow.example[203.0.113.27] said: 450 4.7.1 Service unavailable - try again later (in reply to RCPT TO command))
      smtp[635]: %q: to=<rcpt%r@exim.example>, relay=mx.exim.example[203.0.113.28]:25, delay=0.2, delays=0/0/0/0.2, dsn=2.0.0, status=sent (250 OK id=1x%x-0000Ce-1J)
      cleanup[783]: %o: message-id=<%o@mail.example.com>
      qmgr[567]: %o: from=<>, size=%i, nrcpt=1 (queue active)
      bounce[655]: %q: sender non-delivery notification: %o
      virtual[661]: %o: to=<user%u@example.com>, relay=virtual, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
      qmgr[567]: %o: removed
      qmgr[567]: %q: from=<user%u@example.com>, size=%i, nrcpt=5 (queue active)
      smtp[798]: %q: to=<late%r@slow.example>, relay=mx.slow.example[203.0.113.27]:25, delay=301, delays=301/0.01/0.01/0, dsn=2.0.0, status=sent (250 2.0.0 OK  179544%r %h - gsmtp)
      qmgr[567]: %q: removed

      smtps/smtpd[%i]: connect from unknown[203.0.113.%b]
      smtps/smtpd[%i]: %q: client=unknown[203.0.113.%b], sasl_method=PLAIN, sasl_username=user%u@example.com
      cleanup[783]: %q: message-id=<>
      qmgr[567]: %q: from=<user%u@example.com>, size=%i, nrcpt=2 (queue active)
      smtps/smtpd[%i]: disconnect from unknown[203.0.113.%b] ehlo=1 auth=1 mail=1 rcpt=2 data=1 quit=1 commands=7
      virtual[661]: %q: to=<user%r@example.com>, relay=virtual, delay=0.01, delays=0.01/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
      smtp[635]: %q: to=<rcpt%r@sink.example>, relay=mx.sink.example[203.0.113.29]:25, delay=0.02, delays=0.01/0/0.01/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)
      qmgr[567]: %q: removed

      smtpd[%i]: connect from mx%b.far.example[203.0.113.%b]
      smtpd[%i]: %q: client=mx%b.far.example[203.0.113.%b]
      cleanup[619]: %q: message-id=<%h.%h@far.example>
      qmgr[567]: %q: from=<someone%r@far.example>, size=%i, nrcpt=1 (queue active)
      smtpd[%i]: disconnect from mx%b.far.example[203.0.113.%b] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
      virtual[661]: %q: to=<user%u@example.com>, relay=virtual, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
      qmgr[567]: %q: removed

      pickup[565]: %q: uid=33 from=<www%b@example.com>
      cleanup[783]: %q: message-id=<%h.%h@example.com>
      qmgr[567]: %q: from=<www%b@example.com>, size=%i, nrcpt=1 (queue active)
      smtp[677]: %q: to=<rcpt%r@far.example>, relay=mx.far.example[203.0.113.25]:25, delay=0.01, delays=0.01/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %n)
      qmgr[567]: %q: removed

      submission/smtpd[%i]: connect from unknown[192.0.2.%b]
      submission/smtpd[%i]: warning: unknown[192.0.2.%b]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=user%u
      submission/smtpd[%i]: disconnect from unknown[192.0.2.%b] ehlo=1 auth=0/1 quit=1 commands=2/3

      smtpd[%i]: connect from unknown[192.0.2.%b]
      smtpd[%i]: NOQUEUE: reject: RCPT from unknown[192.0.2.%b]: 554 5.7.1 <rcpt%r@far.example>: Relay access denied; from=<someone%r@far.example> to=<rcpt%r@far.example> proto=ESMTP helo=<host%i>
      smtpd[%i]: disconnect from unknown[192.0.2.%b] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4
      """;

  private static final String EXIM =
      """
      no host name found for IP address 198.51.100.%b
      %q <= user%u@example.com H=(host%i.local) [198.51.100.%b] P=esmtpsa X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no A=plain_server:user%u@example.com S=%i id=%h.%h@example.com
      %q => rcpt%r@far.example R=dnslookup T=remote_smtp H=mx.far.example [203.0.113.25] K C="250 2.0.0 Ok: %i bytes queued as %n"
      %q Completed

      %q <= user%u@example.com H=host%i.cable.example ([192.168.1.%b]) [198.51.100.%b] P=esmtpsa X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no A=login_server:user%u S=%i id=%h.%h@desktop.local
      %q => rcpt%r@exim.example R=dnslookup T=remote_smtp H=mx.exim.example [203.0.113.28] K C="250- %i byte chunk, total %i\\\\n250 OK id=1x%x-0000AP-0j"
      %q -> rcpt%r@exim.example R=dnslookup T=remote_smtp H=mx.exim.example [203.0.113.28] K C="250- %i byte chunk, total %i\\\\n250 OK id=1x%x-0000AP-0j"
      %q => other%r@far.example <Alias%r@example.com> R=dnslookup T=remote_smtp H=mx.far.example [203.0.113.25] K C="250 2.0.0 Ok: %i bytes queued as %n"
      %q -> rcpt%r@far.example R=dnslookup T=remote_smtp H=mx.far.example [203.0.113.25] K C="250 2.0.0 Ok: %i bytes queued as %n"
      %q == late%r@slow.example R=dnslookup T=remote_smtp defer (-44) H=mx.slow.example [203.0.113.27]: SMTP error from remote mail server after RCPT TO:<late%r@slow.example>: 451 4.7.1 Greylisting in action, please come back later
      %q ** gone%r@near.example R=dnslookup T=remote_smtp H=mx.near.example [203.0.113.26] X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no: SMTP error from remote mail server after RCPT TO:<gone%r@near.example>: 550 5.1.1 <gone%r@near.example>: Recipient address rejected: User unknown
      %o <= <> R=%q U=Debian-exim P=local S=%i
      %q => late%r@slow.example R=dnslookup T=remote_smtp H=mx.slow.example [203.0.113.27] C="250 2.0.0 OK  179544%r %h - gsmtp"
      %q Completed
      %o => user%u <user%u@example.com> R=local_user T=maildir_home
      %o Completed

      %q <= user%u@example.com H=(iPhone.local) [2001:db8:%b::%b] P=esmtpa A=cram_md5_server:user%u S=%i id=%h.%h@example.com
      %q => rcpt%r@sink.example R=dnslookup T=remote_smtp H=mx.sink.example [203.0.113.29] C="250 2.0.0 Ok"
      %q -> rcpt%r@sink.example R=dnslookup T=remote_smtp H=mx.sink.example [203.0.113.29] C="250 2.0.0 Ok"
      %q -> rcpt%r@sink.example R=dnslookup T=remote_smtp H=mx.sink.example [203.0.113.29] C="250 2.0.0 Ok"
      %q Completed

      %q <= www%b@example.com U=www-data P=local S=%i id=%h.%h@example.com
      %q => rcpt%r@far.example R=dnslookup T=remote_smtp H=mx.far.example [203.0.113.25] K C="250 2.0.0 Ok: %i bytes queued as %n"
      %q Completed

      %q <= someone%r@far.example H=mx%b.far.example [203.0.113.%b] P=esmtps X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no S=%i id=%h.%h@far.example
      %q => user%u <user%u@example.com> R=local_user T=maildir_home
      %q Completed

      plain_server authenticator failed for (host%i) [192.0.2.%b]: 535 Incorrect authentication data (set_id=user%u)

      H=(host%i) [192.0.2.%b] F=<someone%r@far.example> rejected RCPT <rcpt%r@far.example>: relay not permitted
      """;

  /** Which server writes it. */
  enum Server {
    POSTFIX(WarmUpLog.POSTFIX, "MMM ppd HH:mm:ss 'mail postfix/'", true),
    EXIM(WarmUpLog.EXIM, "yyyy-MM-dd HH:mm:ss ", false);

    private final String[][] scenes;
    private final DateTimeFormatter stamp;
    private final boolean longIds;

    Server(String text, String stamp, boolean longIds) {
      this.scenes =
          Arrays.stream(text.split("\n\n")).map(s -> s.split("\n")).toArray(String[][]::new);
      this.stamp = DateTimeFormatter.ofPattern(stamp, Locale.US);
      this.longIds = longIds;
    }
  }

  private final Server server;
  private final Random random;
  private final Scene[] scenes = new Scene[AT_ONCE];
  private LocalDateTime time;
  private long lines;
  private byte[] stamp;

  /**
   * Begins a log.
   *
   * @param start when its first line is written; what follows takes {@value #LINES_A_SECOND} lines
   *     a second
   */
  WarmUpLog(Server server, Instant start) {
    this.server = server;
    this.random = new Random(server.ordinal());
    this.time = LocalDateTime.ofInstant(start, ZoneOffset.UTC);
    Arrays.setAll(scenes, _ -> new Scene());
  }

  /** Writes the next so many bytes of it, or a line more. */
  void write(Path file, long bytes) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      for (long written = 0; written < bytes; ) {
        if (lines++ % LINES_A_SECOND == 0) {
          time = time.plusSeconds(1);
          stamp = time.format(server.stamp).getBytes(StandardCharsets.US_ASCII);
        }
        byte[] line = nextLine();
        out.write(stamp);
        out.write(line);
        out.write('\n');
        written += stamp.length + line.length + 1;
      }
    }
  }

  private byte[] nextLine() {
    int chosen = random.nextInt(AT_ONCE);
    if (scenes[chosen].isOver()) {
      scenes[chosen] = new Scene();
    }
    return scenes[chosen].next().getBytes(StandardCharsets.US_ASCII);
  }

  private String of(String alphabet, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private String messageId() {
    return server.longIds
        ? "4j" + of(LONG_ID, 13)
        : "1x" + of(LONG_ID, 4) + "-" + of(LONG_ID, 6) + "-" + of(LONG_ID, 2);
  }

  /** What is written of one message, say. */
  private final class Scene {
    private final List<String> text = List.of(server.scenes[random.nextInt(server.scenes.length)]);
    private final String id = messageId();
    private final String other = messageId();
    private final int number = 1000 + random.nextInt(30_000);
    private final int small = random.nextInt(1, 250);

    /** Some write much more than others. */
    private final int user = (int) (USERS * Math.pow(random.nextDouble(), 2));

    private int next;

    boolean isOver() {
      return next == text.size();
    }

    String next() {
      String template = text.get(next++);
      StringBuilder line = new StringBuilder(2 * template.length());
      int from = 0;
      for (int at; (at = template.indexOf('%', from)) >= 0; from = at + 2) {
        line.append(template, from, at);
        switch (template.charAt(at + 1)) {
          case 'q' -> line.append(id);
          case 'o' -> line.append(other);
          case 'n' -> line.append(of(HEX, 11));
          case 'x' -> line.append(of(LONG_ID, 4));
          case 'u' -> line.append(user);
          case 'i' -> line.append(number);
          case 'b' -> line.append(small);
          case 'r' -> line.append(random.nextInt(USERS));
          default -> line.append(Long.toHexString(random.nextLong()));
        }
      }
      return line.append(template, from, template.length()).toString();
    }
  }
}
