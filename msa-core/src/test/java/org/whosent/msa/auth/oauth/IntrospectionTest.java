package org.whosent.msa.auth.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.whosent.msa.auth.SaslExchange;
import org.whosent.record.Addresses;

/** An issuer that does not do as it should. */
class IntrospectionTest {
  private static final InetAddress HERE = Addresses.parse("192.0.2.1").orElseThrow();
  private static final SaslExchange.Gate OPEN = _ -> {};

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
      TokenRules rules = rules(http);
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

  /** Strangers with tokens that they made up may be as many as they like. */
  @Test
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoeverIsElsewhereWaitsForTwoStrangersAtMost() throws Exception {
    Semaphore steps = new Semaphore(0);
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newCachedThreadPool();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      http.setExecutor(threads);
      http.createContext(
          "/",
          exchange -> {
            String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            asked.add(form.contains("token=user&") ? "user" : "stranger");
            steps.acquireUninterruptibly();
            byte[] answer = "{\"active\": false}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
          });
      http.start();
      try (Introspection introspection =
          new Introspection(
              rules(http), Duration.ZERO, InstantSource.system(), Duration.ofMinutes(5))) {
        for (int i = 0; i < 42; i++) {
          String token = "stranger" + i;
          clients.submit(() -> introspection.user(token, HERE, "", OPEN));
        }
        while (introspection.turns().size() < 10 || asked.size() < 32) {
          Thread.sleep(1);
        }
        InetAddress elsewhere = Addresses.parse("198.51.100.1").orElseThrow();
        clients.submit(() -> introspection.user("user", elsewhere, "", OPEN));
        while (introspection.turns().size() < 11) {
          Thread.sleep(1);
        }
        steps.release(2);
        while (asked.size() < 34) {
          Thread.sleep(1);
        }
        List<String> next = List.copyOf(asked.subList(32, 34));
        steps.release(100);
        assertTrue(next.contains("user"), next.toString());
      } finally {
        steps.release(100);
      }
    } finally {
      http.stop(0);
    }
  }

  private static TokenRules rules(HttpServer http) {
    return new TokenRules(
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
  }

  private static String failure(TokenRules rules, Duration patience) throws IOException {
    try (Introspection introspection =
        new Introspection(rules, Duration.ZERO, InstantSource.system(), patience)) {
      return assertThrows(IOException.class, () -> introspection.user("token", HERE, "", OPEN))
          .getMessage();
    }
  }
}
