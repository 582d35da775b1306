package org.whosent.indexer.log.collector;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of Papertrail's archives: ten columns with tabs between them, its number, when it was
 * written and when received, the system's number, name and address, facility, severity, program and
 * text (Papertrail's knowledge base, "Permanent log archives"). What its program wrote is known by
 * the column for that, and nothing in the text, tabs neither, adds one. Stateless.
 */
final class PapertrailLine {
  private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
  private static final String CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?";
  private static final String ZONE = "Z|[+-][0-9]{2}:?[0-9]{2}";
  private static final Pattern ROW =
      Pattern.compile(
          "[0-9]{1,20}\t(?<date>DATE)[T ](?<clock>CLOCK) ?(?<zone>ZONE)\tDATE[T ]CLOCK ?(?:ZONE)\t"
                  .replace("DATE", DATE)
                  .replace("CLOCK", CLOCK)
                  .replace("ZONE", ZONE)
              + "[0-9]{1,20}\t(?<system>[^\t]{0,255})\t[0-9A-Fa-f.:]{0,45}\t[^\t]{0,40}\t[^"
              + "\t]{0,40}\t(?<program>[A-Za-z0-9_./@+-]{1,128}(?:\\[[0-9]{1,10}])?)\t(?<text>.*)",
          Pattern.DOTALL);
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");

  private PapertrailLine() {}

  /** The line with a usual header; null when it is none of these. */
  static LineWrapping.Unwrapped unwrapped(String line) {
    Matcher row = ROW.matcher(line);
    if (!row.matches()) {
      return null;
    }
    String zone = row.group("zone");
    if (zone.length() == "+0000".length()) {
      zone = zone.substring(0, 3) + ':' + zone.substring(3);
    }
    String system = row.group("system");
    return new LineWrapping.Unwrapped.Line(
        "",
        "",
        "",
        row.group("date")
            + 'T'
            + row.group("clock")
            + zone
            + ' '
            + (HOST.matcher(system).matches() ? system : "-")
            + ' '
            + row.group("program")
            + ": "
            + row.group("text"));
  }
}
