package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.formats.Lines;

/** Lines of a live Postfix 3.7 behind Dovecot's submission service. */
class PostfixClientTest {
  private static String user(String method, String login) {
    return new Lines("postfix")
        .one(
            Lines.ISO
                + "postfix/smtpd[9]: 4jdYc74VdjzJnST: client=localhost[127.0.0.1], sasl_method="
                + method
                + ", sasl_username="
                + login)
        .user();
  }

  /**
   * What follows LOGIN in XCLIENT goes into a login with a quote, or with a backslash at its end.
   */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "a\"lice PORT=38150 ADDR=127.0.0.1,a\"lice",
        "alice\\ PORT=38166,alice\\",
        "x\"y\\z PORT=38314 ADDR=127.0.0.1,x\"y\\z",
        "al\\ice,al\\ice",
        "\"alice\",\"alice\"",
        "\" PORT=1 PORT=2,\"",
        "alice PORT=1,alice PORT=1",
        "\"a PORT=1 b,\"a PORT=1 b",
      })
  void whatIsBehindTheLoginInXclientIsNoPartOfIt(String logged, String user) {
    assertEquals(user, user("XCLIENT", logged));
    assertEquals(logged, user("PLAIN", logged));
  }
}
