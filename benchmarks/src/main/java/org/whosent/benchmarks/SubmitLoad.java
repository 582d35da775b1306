package org.whosent.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Submits messages of 4 KiB over implicit TLS with AUTH PLAIN to a server on loopback and prints
 * how many a second it took: {@code SubmitLoad PORT USER PASSWORD CONNECTIONS MESSAGES [fresh]}.
 * Connections are reused; with {@code fresh} each message has a connection, a full TLS handshake
 * and a login of its own, and its time is that of all of them. Every message must be answered with
 * 250, else it fails.
 */
public final class SubmitLoad {
  private SubmitLoad() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    String user = arguments[1];
    String password = arguments[2];
    int connections = Integer.parseInt(arguments[3]);
    int messages = Integer.parseInt(arguments[4]);
    boolean fresh = arguments.length > 5 && arguments[5].equals("fresh");
    SSLContext tls = trustingEverybody();
    AtomicInteger left = new AtomicInteger(messages);
    long[] nanos = new long[messages];
    AtomicInteger done = new AtomicInteger();
    long start = System.nanoTime();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < connections; i++) {
        clients.add(
            executor.submit(
                () -> {
                  Client client = fresh ? null : new Client(tls, port, user, password);
                  while (left.getAndDecrement() > 0) {
                    long from = System.nanoTime();
                    if (fresh) {
                      client = new Client(tls, port, user, password);
                    }
                    client.send();
                    if (fresh) {
                      client.close();
                    }
                    nanos[done.getAndIncrement()] = System.nanoTime() - from;
                  }
                  if (!fresh) {
                    client.close();
                  }
                  return null;
                }));
      }
    }
    for (Future<?> client : clients) {
      client.get();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(nanos);
    System.out.printf(
        "%d connections: %.0f messages/s, p50 %.2f ms, p99 %.2f ms%n",
        connections,
        messages / seconds,
        nanos[messages / 2] / 1e6,
        nanos[messages * 99 / 100] / 1e6);
  }

  static final class Client implements AutoCloseable {
    private static final String BODY = ("x".repeat(76) + "\r\n").repeat(52);
    private static final AtomicInteger NAMES = new AtomicInteger();
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    Client(SSLContext tls, int port, String user, String password) throws IOException {
      Socket plain = new Socket("127.0.0.1", port);
      // Sessions are remembered by host and port: a name that none had before is never resumed.
      String name = "load-" + NAMES.incrementAndGet() + ".example";
      socket = tls.getSocketFactory().createSocket(plain, name, port, true);
      socket.setTcpNoDelay(true);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      out = socket.getOutputStream();
      expect("220");
      command("EHLO load.example\r\n", "250");
      String secret = "\0" + user + "\0" + password;
      command(
          "AUTH PLAIN "
              + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))
              + "\r\n",
          "235");
    }

    void send() throws IOException {
      command("MAIL FROM:<load@example.org>\r\n", "250");
      command("RCPT TO:<sink@example.net>\r\n", "250");
      command("DATA\r\n", "354");
      command(
          "From: load@example.org\r\nTo: sink@example.net\r\nSubject: load\r\n\r\n"
              + BODY
              + ".\r\n",
          "250");
    }

    private void command(String text, String expected) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      expect(expected);
    }

    private void expect(String code) throws IOException {
      String line;
      do {
        line = in.readLine();
      } while (line != null && line.length() > 3 && line.charAt(3) == '-');
      if (line == null || !line.startsWith(code)) {
        throw new IOException("expected " + code + ", got " + line);
      }
    }

    @Override
    public void close() throws IOException {
      command("QUIT\r\n", "221");
      socket.close();
    }
  }

  /** Takes every certificate. */
  static SSLContext trustingEverybody() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager all =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    context.init(null, new TrustManager[] {all}, new SecureRandom());
    context.getClientSessionContext().setSessionCacheSize(1);
    return context;
  }
}
