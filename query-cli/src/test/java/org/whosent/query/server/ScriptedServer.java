package org.whosent.query.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that says what it is told, in clear: for servers that nobody sells. It hears all that
 * clients say. Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final String greeting;
  private final Map<String, String> answers;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  /**
   * Starts one.
   *
   * @param greeting its first line
   * @param answers by verb; what has none is answered with 250
   */
  public ScriptedServer(String greeting, Map<String, String> answers) throws IOException {
    this.greeting = greeting;
    this.answers = Map.copyOf(answers);
    Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Every line that any client sent. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1))) {
      say(client, greeting);
      String line;
      while ((line = in.readLine()) != null) {
        heard.add(line);
        String verb = line.split(" ")[0].toUpperCase(java.util.Locale.ROOT);
        say(client, answers.getOrDefault(verb, "250 ok"));
        if (verb.equals("QUIT")) {
          return;
        }
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private static void say(Socket client, String text) throws IOException {
    client
        .getOutputStream()
        .write((text.replace("\n", "\r\n") + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
