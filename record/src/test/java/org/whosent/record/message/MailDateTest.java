package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * RFC 5322 section 3.3 and 4.3: a Date binds a message to a record, so it is read as it is meant.
 */
class MailDateTest {
  private static String read(String text) {
    return MailDate.parse(text).map(Instant::toString).orElse("-");
  }

  @Test
  void theInstantThatADateNames() {
    for (String[] row :
        new String[][] {
          {"Mon, 23 Nov 2026 12:34:56 +0000", "2026-11-23T12:34:56Z"},
          {"Mon, 23 Nov 2026 12:34:56 +0130", "2026-11-23T11:04:56Z"},
          {"Mon, 23 Nov 2026 12:34:56 -0830", "2026-11-23T21:04:56Z"},
          {"Tue, 1 Jan 2019 00:00:00 +1400", "2018-12-31T10:00:00Z"},
          {"23 Nov 2026 12:34 +0000", "2026-11-23T12:34:00Z"},
          {"Monday, 23-Nov-26 12:34:56 GMT", "2026-11-23T12:34:56Z"},
          {"Mon,23 November 2026 12:34:56.789012 +0000 (UTC)", "2026-11-23T12:34:56Z"},
          {"Mon, 23 Nov. 2026 12:34:56", "2026-11-23T12:34:56Z"},
          {"Mon, 23\tNOV\t2026\t1:02:03\t+0000", "2026-11-23T01:02:03Z"},
          {"Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z"},
          {"23 Nov 2026 12:34:56 XYZ", "2026-11-23T12:34:56Z"},
          {"23 Nov 2026 12:34:56 A", "2026-11-23T12:34:56Z"},
          {"23 Nov 2026 12:34:56 (CET) +0100", "2026-11-23T12:34:56Z"},
          {"29 Feb 2024 12:00:00 +0000", "2024-02-29T12:00:00Z"},
          {"by x with y id z; 23 Nov 2026 12:34:56 +0000", "2026-11-23T12:34:56Z"},
        }) {
      assertEquals(row[1], read(row[0]), row[0]);
    }
  }

  @Test
  void everyMonth() {
    List<String> months =
        List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    for (int i = 0; i < 12; i++) {
      String expected = "2026-%02d-09T08:07:06Z".formatted(i + 1);
      assertEquals(expected, read("9 " + months.get(i) + " 2026 08:07:06 +0000"));
      assertEquals(expected, read("9 " + months.get(i).toLowerCase() + " 26 8:07:06 UT"));
    }
    for (String none : List.of("Anf", "Ebm", "Nfe", "Xyz", "Dez", "Ecj")) {
      assertEquals("-", read("9 " + none + " 2026 08:07:06 +0000"), none);
    }
  }

  /** RFC 5322 section 4.3. */
  @Test
  void theObsoleteZones() {
    String[] zones = {"EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"};
    int[] hours = {17, 16, 18, 17, 19, 18, 20, 19};
    for (int i = 0; i < zones.length; i++) {
      String expected = "2026-11-23T%d:00:00Z".formatted(hours[i]);
      assertEquals(expected, read("23 Nov 2026 12:00:00 " + zones[i]));
      assertEquals(expected, read("23 Nov 2026 12:00:00 " + zones[i].toLowerCase()));
    }
    for (String utc : List.of("UT", "GMT", "Z", "ST", "ES", "ESTX", "DT", "CET")) {
      assertEquals("2026-11-23T12:00:00Z", read("23 Nov 2026 12:00:00 " + utc), utc);
    }
  }

  @Test
  void yearsOfTwoDigits() {
    assertEquals("2049-11-23T00:00:00Z", read("23 Nov 49 00:00:00 +0000"));
    assertEquals("1950-11-23T00:00:00Z", read("23 Nov 50 00:00:00 +0000"));
    assertEquals("2000-11-23T00:00:00Z", read("23 Nov 00 00:00:00 +0000"));
    assertEquals("1999-11-23T00:00:00Z", read("23 Nov 99 00:00:00 +0000"));
  }

  @Test
  void whatIsNoDate() {
    for (String none :
        List.of(
            "",
            "now",
            "2026-11-23T12:34:56Z",
            "Mon Nov 23 12:34:56 2026",
            "31 Feb 2026 12:00:00 +0000",
            "0 Nov 2026 12:00:00 +0000",
            "32 Nov 2026 12:00:00 +0000",
            "23 Nov 2026 24:00:00 +0000",
            "23 Nov 2026 12:60:00 +0000",
            "23 Nov 2026 12:00:00 +2400",
            "23 Nov 2026 12:00:00 -9999",
            "23 Nov 1899 12:00:00 +0000",
            "23 Nov 9999 12:00:00 +0000",
            "23 Nov 126 12:00:00 +0000",
            "23Nov2026 12:00:00 +0000",
            "x".repeat(190) + "23 Nov 2026 12:00:00 +0000")) {
      assertEquals(Optional.empty(), MailDate.parse(none), none);
    }
    assertEquals("1900-11-23T12:00:00Z", read("23 Nov 1900 12:00:00 +0000"));
    assertEquals("9998-11-23T12:00:00Z", read("23 Nov 9998 12:00:00 +0000"));
    String longest = " ".repeat(180) + "23 Nov 2026 12:00:00 +0100";
    assertEquals("2026-11-23T12:00:00Z", read(longest));
  }
}
