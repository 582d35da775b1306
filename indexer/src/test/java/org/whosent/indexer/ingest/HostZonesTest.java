package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.whosent.record.site.Site;

/** Who says in which zone a host is, and who is believed. */
class HostZonesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId SYDNEY = ZoneId.of("Australia/Sydney");

  private static final Site PLAIN =
      Site.UNKNOWN.withHost("mail.example.com", "mx1").withHost("mail.example.net", "mx2");

  private static Site inBerlin(Site site) {
    return new Site(
        List.of(new Site.Host("mail.example.com", List.of("mx1"), BERLIN)),
        site.outgoing(),
        site.relays(),
        site.syslogNames(),
        site.abuse(),
        site.retention(),
        site.dkim(),
        site.loginsHaveNoColon(),
        site.privacy());
  }

  private static IngestOptions options(String host, Map<String, ZoneId> zones) {
    return new IngestOptions(null, host, ZoneOffset.UTC, zones, null);
  }

  @Test
  void nobodyAsksWhereAllAreInOneZone() {
    assertNull(HostZones.of(options(null, Map.of()), PLAIN));
  }

  @Test
  void theNameInTheLineGoesBeforeTheOneAfterBy() {
    HostZones zones =
        HostZones.of(options(null, Map.of("mx2", SYDNEY, "mail.example.net", NEW_YORK)), PLAIN);
    assertEquals(SYDNEY, zones.apply("MX2"));
    assertEquals(NEW_YORK, zones.apply("mail.example.net"));
    assertEquals(ZoneOffset.UTC, zones.apply("mx1"));
    assertEquals(ZoneOffset.UTC, zones.apply("another"));
  }

  @Test
  void whatIsTypedGoesBeforeTheSite() {
    Site site = inBerlin(Site.UNKNOWN);
    assertEquals(BERLIN, HostZones.of(options(null, Map.of()), site).apply("mx1"));
    assertEquals(
        SYDNEY, HostZones.of(options(null, Map.of("mail.example.com", SYDNEY)), site).apply("mx1"));
  }

  @Test
  void aLogThatNamesNoHostIsInTheZoneOfTheServerThatItIsOf() {
    Site site = inBerlin(Site.UNKNOWN);
    assertEquals(BERLIN, HostZones.of(options(null, Map.of()), site).apply(""));
    Site two = site.withHost("mail.example.net", null);
    assertEquals(ZoneOffset.UTC, HostZones.of(options(null, Map.of()), two).apply(""));
    assertEquals(BERLIN, HostZones.of(options("mail.example.com", Map.of()), two).apply(""));
  }
}
