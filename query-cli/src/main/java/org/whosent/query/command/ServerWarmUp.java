package org.whosent.query.command;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.MsaServer;
import org.whosent.msa.auth.UserFile;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.query.ExitStatus;
import org.whosent.query.TemporaryDirectory;

/**
 * The training run for the submission server's ahead-of-time cache: a server on free loopback ports
 * takes mail from a few clients and hands it to a sink, all in this process. What the JVM learns of
 * the code (JEP 515) a server that starts with the cache need not learn on its first mail.
 *
 * <p>Nothing of the operator's is read, and everything lies in a temporary directory that is
 * removed. Used once.
 */
public final class ServerWarmUp implements Callable<Integer> {
  private static final int CLIENTS = 8;
  private static final int MESSAGES = 4000;

  /** After so many a client logs in anew: handshakes are most of the work of many servers. */
  private static final int MESSAGES_PER_LOGIN = 8;

  /** A slow machine learns less and does not wait for ever. */
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String USER = "alice@example.org";
  private static final String PASSWORD = "secret";

  private final int messages;
  private final AtomicInteger left;
  private final SSLContext tls = TlsMaterial.trustingClient();

  /** With as many messages as teach the JVM enough. */
  public ServerWarmUp() {
    this(MESSAGES);
  }

  ServerWarmUp(int messages) {
    this.messages = messages;
    this.left = new AtomicInteger(messages);
  }

  @Override
  public Integer call() throws Exception {
    try (TemporaryDirectory temporary = new TemporaryDirectory("whosent-warm-up");
        WarmUpSink sink = new WarmUpSink()) {
      Path directory = temporary.path();
      new UserFile(directory.resolve("users")).add(USER, PASSWORD.toCharArray());
      MsaConfiguration configuration =
          MsaConfiguration.parse(
              directory.resolve("msa.yaml"),
              """
              hostname: msa.example.org
              data: data
              listeners:
                - {service: submission, address: 127.0.0.1, port: 0}
                - {service: submissions, address: 127.0.0.1, port: 0}
              users: users
              nextHop: smtp://127.0.0.1:%d
              localDomains: [example.org]
              """
                  .formatted(sink.port()));
      PrintStream log =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      try (MsaServer server = MsaServer.start(configuration, log)) {
        submit(server);
      }
      if (sink.messages() != messages - Math.max(0, left.get())) {
        throw new IOException("the sink has " + sink.messages() + " messages");
      }
      return ExitStatus.DONE;
    }
  }

  private void submit(MsaServer server) throws Exception {
    long untilNanos = System.nanoTime() + AT_MOST.toNanos();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        MsaServer.Bound listener = server.listeners().get(i % 2);
        boolean startTls = i % 2 == 0;
        clients.add(
            executor.submit(
                () -> {
                  while (left.get() > 0 && System.nanoTime() - untilNanos < 0) {
                    session(listener.address(), startTls);
                  }
                  return null;
                }));
      }
    }
    for (Future<?> client : clients) {
      client.get();
    }
  }

  private void session(InetSocketAddress address, boolean startTls) throws IOException {
    try (SmtpClient client =
        SmtpClient.connect(address.getAddress().getHostAddress(), address.getPort(), PATIENCE)) {
      if (startTls) {
        expect(client.reply(PATIENCE));
        expect(client.hello("laptop.example", PATIENCE));
        expect(client.command("STARTTLS", PATIENCE));
      }
      client.startTls(tls, "msa.example.org", false, PATIENCE);
      if (!startTls) {
        expect(client.reply(PATIENCE));
      }
      expect(client.hello("laptop.example", PATIENCE));
      String secret = "\0" + USER + "\0" + PASSWORD;
      expect(
          client.command(
              "AUTH PLAIN "
                  + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)),
              PATIENCE));
      for (int i = 0; i < MESSAGES_PER_LOGIN; i++) {
        int number = left.getAndDecrement();
        if (number <= 0) {
          break;
        }
        expect(client.command("MAIL FROM:<" + USER + ">", PATIENCE));
        expect(client.command("RCPT TO:<bob" + number + "@example.net>", PATIENCE));
        expect(client.command("DATA", PATIENCE));
        client.sendData(new ByteArrayInputStream(message(number)));
        expect(client.endData(PATIENCE));
      }
      client.quit();
    }
  }

  /** About 4 KiB of text, and now and then of HTML. */
  private static byte[] message(int number) {
    boolean markup = number % 8 == 0;
    StringBuilder text = new StringBuilder();
    text.append("From: Alice <" + USER + ">\r\nTo: bob@example.net\r\n");
    text.append("Subject: warm-up ").append(number).append("\r\nMIME-Version: 1.0\r\n");
    text.append("Content-Type: text/").append(markup ? "html" : "plain");
    text.append("; charset=utf-8\r\n\r\n");
    for (int line = 0; line < 60; line++) {
      text.append(markup ? "<p>" : "").append("This is line ").append(line);
      text.append(" of message ").append(number).append(", as long as those of most mail.");
      text.append(line % 15 == 14 ? "\r\n\r\n" : "\r\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void expect(SmtpReply reply) throws IOException {
    if (!reply.isPositive()) {
      throw new IOException("the submission server refused: " + reply);
    }
  }
}
