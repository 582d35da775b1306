package org.whosent.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;

/**
 * Opens connections over implicit TLS, logs in on each, and holds them without a word: {@code
 * IdleClients PORT USER PASSWORD CONNECTIONS}. Prints {@code held N} when all are there, and ends
 * when its standard input does.
 */
public final class IdleClients {
  private static final int AT_A_TIME = 16;

  private IdleClients() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int connections = Integer.parseInt(arguments[3]);
    SSLContext tls = SubmitLoad.trustingEverybody();
    List<Future<SubmitLoad.Client>> clients = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME)) {
      for (int i = 0; i < connections; i++) {
        clients.add(
            executor.submit(() -> new SubmitLoad.Client(tls, port, arguments[1], arguments[2])));
      }
    }
    int held = 0;
    for (Future<SubmitLoad.Client> client : clients) {
      client.get();
      held++;
    }
    System.out.println("held " + held);
    while (System.in.read() >= 0) {
      // nothing is expected but the end
    }
    System.exit(0);
  }
}
