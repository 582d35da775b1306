package org.whosent.query.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A next hop on a free loopback port that takes every message and keeps none, for {@link
 * ServerWarmUp}. Thread-safe.
 */
final class WarmUpSink implements AutoCloseable {
  private final ServerSocket server;
  private final AtomicInteger messages = new AtomicInteger();

  WarmUpSink() throws IOException {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many were taken. */
  int messages() {
    return messages.get();
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      OutputStream out = socket.getOutputStream();
      say(out, "220 sink.example ESMTP");
      String line;
      while ((line = in.readLine()) != null) {
        switch (line.split(" ", 2)[0].toUpperCase(Locale.ROOT)) {
          case "EHLO" -> say(out, "250-sink.example\r\n250-SIZE 52428800\r\n250 8BITMIME");
          case "DATA" -> {
            say(out, "354 go on");
            while ((line = in.readLine()) != null && !line.equals(".")) {
              // not kept
            }
            if (line == null) {
              return;
            }
            int number = messages.incrementAndGet();
            say(out, "250 2.0.0 Ok: queued as SINK" + number);
          }
          case "QUIT" -> {
            say(out, "221 2.0.0 bye");
            return;
          }
          default -> say(out, "250 2.0.0 Ok");
        }
      }
    } catch (IOException e) {
      // the other side went away
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
