package org.whosent.msa.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.tls.TlsMaterial;

/** A server that sends an octet now and then, and never comes to an end, under TLS too. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DrippingServerTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 3, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @FunctionalInterface
  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  private SmtpClient client(Talk talk) throws IOException {
    Thread.startVirtualThread(
        () -> {
          try (Socket socket = server.accept()) {
            talk.with(socket);
          } catch (IOException e) {
            // the client is gone, as it should be
          }
        });
    return SmtpClient.connect("127.0.0.1", server.getLocalPort(), LONG);
  }

  private static void drip(Socket socket, int... beginning) throws IOException {
    OutputStream out = socket.getOutputStream();
    for (int octet : beginning) {
      out.write(octet);
    }
    while (true) {
      out.write('x');
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Test
  void aLine() throws Exception {
    try (SmtpClient client = client(socket -> drip(socket, '2', '2', '0', ' '))) {
      assertThrows(SocketTimeoutException.class, () -> client.reply(SHORT));
    }
  }

  /** A record of 16 KiB begins, with a ServerHello. */
  @Test
  void aHandshake() throws Exception {
    try (SmtpClient client = client(socket -> drip(socket, 22, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc))) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> client.startTls(TlsMaterial.trustingClient(), "localhost", false, SHORT));
      Throwable cause = e.getCause() == null ? e : e.getCause();
      assertEquals(SocketTimeoutException.class, cause.getClass(), e.toString());
    }
  }

  /** The reply stands in a record that never ends. */
  @Test
  void aReplyUnderTls() throws Exception {
    Talk talk =
        socket -> {
          SSLSocket tls =
              (SSLSocket)
                  TlsMaterial.server(
                          directory.resolve("cert.pem"),
                          directory.resolve("key.pem"),
                          "localhost",
                          _ -> {})
                      .getSocketFactory()
                      .createSocket(socket, null, true);
          tls.setUseClientMode(false);
          tls.getOutputStream().write("220 hello\r\n".getBytes(StandardCharsets.US_ASCII));
          tls.getOutputStream().flush();
          drip(socket, 23, 3, 3, 0x40, 0);
        };
    try (SmtpClient client = client(talk)) {
      client.startTls(TlsMaterial.trustingClient(), "localhost", false, LONG);
      assertEquals("hello", client.reply(LONG).text());
      assertThrows(SocketTimeoutException.class, () -> client.reply(SHORT));
    }
  }
}
