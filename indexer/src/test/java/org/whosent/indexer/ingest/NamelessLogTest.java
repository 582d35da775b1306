package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.site.Site;

/** Whose a log is that names no host, as Exim's own files. */
class NamelessLogTest {
  private static final Site ONE = Site.UNKNOWN.withHost("mx.example.com", "mx");

  @Test
  void isTheHostsThatTheOperatorNames() {
    HostNames names = new HostNames(ONE, "mail.example.com");
    assertEquals("mail.example.com", names.apply(""));
    assertEquals("mail.example.com", names.apply(""));
    assertEquals(
        List.of(
            new Site.Host("mx.example.com", List.of("mx")),
            new Site.Host("mail.example.com", List.of())),
        names.site().hosts(),
        "nothing is remembered as the log's host: the next server's log names none either");
  }

  @Test
  void isTheSitesOnlyServers() {
    assertEquals("mx.example.com", new HostNames(ONE, null).apply(""));
  }

  @Test
  void isNobodysInParticularWhereTheSiteHasNoneOrSeveral() {
    assertEquals("localhost", new HostNames(Site.UNKNOWN, null).apply(""));
    Site two = ONE.withHost("mail.example.com", null);
    assertEquals("localhost", new HostNames(two, null).apply(""));
    Site said = two.withHost("mail.example.com", "localhost");
    assertEquals("mail.example.com", new HostNames(said, null).apply(""));
  }
}
