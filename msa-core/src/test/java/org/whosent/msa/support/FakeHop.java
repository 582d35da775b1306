package org.whosent.msa.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A next hop for tests: keeps what it was sent after a complete final dot, and answers as told.
 * Thread-safe.
 */
public final class FakeHop implements AutoCloseable {
  /** One message that was received to its final dot. */
  public record Mail(String from, List<String> to, String content) {}

  /** Answers to commands by their first word in upper case; "." is the end of data. */
  public volatile Function<String, String> answers = _ -> null;

  /** What EHLO lists. */
  public volatile List<String> extensions = List.of("PIPELINING", "SIZE 99999999", "8BITMIME");

  /** Everything that was said, commands only. */
  public final List<String> commands = new CopyOnWriteArrayList<>();

  public final List<Mail> mails = new CopyOnWriteArrayList<>();

  /** Called when the final dot was read and before it is answered. */
  public volatile Runnable onFinalDot = () -> {};

  /** Called when the first line of a message was read. */
  public volatile Runnable onContent = () -> {};

  /** What is said when the first line of a message was read, before the connection is closed. */
  public volatile String wordAmidContent;

  /** Gets what had come of a message that broke off before its final dot. */
  public volatile Consumer<String> onDataCutOff = _ -> {};

  /** Octets of a message after which the connection is cut. */
  public volatile long cutAfter = Long.MAX_VALUE;

  /** How many messages broke off before their final dot. */
  public final AtomicInteger dataCutOff = new AtomicInteger();

  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  public FakeHop() throws IOException {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public String uri() {
    return "smtp://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      String greeting = answers.apply("CONNECT");
      say(out, greeting == null ? "220 hop.example ESMTP" : greeting);
      String from = null;
      List<String> to = new ArrayList<>();
      while (true) {
        String line = line(in);
        if (line == null) {
          return;
        }
        commands.add(line);
        String verb = line.split(" ")[0].toUpperCase(java.util.Locale.ROOT);
        String answer = answers.apply(line);
        if (answer == null) {
          answer =
              switch (verb) {
                case "EHLO" -> ehlo();
                case "DATA" -> "354 go on";
                case "QUIT" -> "221 bye";
                default -> "250 2.0.0 Ok";
              };
        }
        if (answer.equals("CLOSE")) {
          return;
        }
        byte[] chunk = new byte[0];
        if (verb.equals("BDAT")) {
          int size = Integer.parseInt(line.split(" ")[1]);
          chunk = in.readNBytes((int) Math.min(size, cutAfter));
          if (chunk.length < size) {
            return;
          }
          if (answer.startsWith("2")) {
            mails.add(
                new Mail(from, List.copyOf(to), new String(chunk, StandardCharsets.ISO_8859_1)));
          }
          onFinalDot.run();
        }
        say(out, answer);
        if (verb.equals("QUIT")) {
          return;
        }
        if (!answer.startsWith("2") && !answer.startsWith("354")) {
          continue;
        }
        switch (verb) {
          case "MAIL" -> {
            from = path(line);
            to.clear();
          }
          case "RCPT" -> to.add(path(line));
          case "DATA" -> {
            String content = data(in, out);
            if (content == null) {
              dataCutOff.incrementAndGet();
              return;
            }
            String end = answers.apply(".");
            if (end == null || end.startsWith("2") || end.equals("CLOSE-AFTER")) {
              mails.add(new Mail(from, List.copyOf(to), content));
            }
            onFinalDot.run();
            if (end != null && end.startsWith("CLOSE")) {
              return;
            }
            say(out, end == null ? "250 2.0.0 Ok: queued as HOP" + mails.size() : end);
          }
          default -> {}
        }
      }
    } catch (IOException e) {
      // the other side went away, as some tests want it to
    }
  }

  private String ehlo() {
    StringBuilder answer = new StringBuilder("250-hop.example");
    for (String extension : extensions) {
      answer.append("\r\n250-").append(extension);
    }
    return answer.append("\r\n250 HELP").toString();
  }

  private static String path(String line) {
    return line.substring(line.indexOf('<') + 1, line.lastIndexOf('>'));
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0) {
      if (b == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(b);
    }
    return null;
  }

  private String data(InputStream in, OutputStream out) throws IOException {
    StringBuilder content = new StringBuilder();
    while (true) {
      String line = line(in);
      if (line == null || content.length() >= cutAfter) {
        onDataCutOff.accept(content.toString());
        return null;
      }
      if (content.isEmpty()) {
        onContent.run();
        if (wordAmidContent != null) {
          say(out, wordAmidContent);
          return null;
        }
      }
      if (line.equals(".")) {
        return content.toString();
      }
      content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
