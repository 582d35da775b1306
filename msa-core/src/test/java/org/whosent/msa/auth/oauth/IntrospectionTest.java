package org.whosent.msa.auth.oauth;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An issuer that does not do as it should. */
class IntrospectionTest {
  @Test
  @Timeout(600)
  void anAnswerThatStopsInTheMiddleEnds() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      http.setExecutor(threads);
      http.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
              over.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      http.start();
      TokenRules rules =
          new TokenRules(
              null,
              List.of("mail"),
              null,
              "username",
              Set.of("RS256"),
              null,
              null,
              URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/"),
              null,
              null);
      try {
        String said;
        int millis = 250;
        do { // again where the machine is too busy for the answer's beginning to come in that time
          millis *= 2;
          said = failure(rules, Duration.ofMillis(millis));
        } while (said.contains("HttpTimeoutException"));
        assertTrue(said.endsWith("does not end its answer"), said);
      } finally {
        over.countDown();
        http.stop(0);
      }
    }
  }

  private static String failure(TokenRules rules, Duration patience) throws IOException {
    try (Introspection introspection =
        new Introspection(rules, Duration.ZERO, InstantSource.system(), patience)) {
      return assertThrows(IOException.class, () -> introspection.user("token")).getMessage();
    }
  }
}
