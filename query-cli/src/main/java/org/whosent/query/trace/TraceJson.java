package org.whosent.query.trace;

import java.util.List;
import org.whosent.indexer.ingest.input.RawLines;
import org.whosent.record.JournalCodec;
import org.whosent.record.JsonOut;
import org.whosent.record.Printable;

/**
 * A result as one line of JSON, all fields always there. JSON escapes what strangers wrote. Values
 * are as they are; only evidence, which is prose, is made printable. Stateless.
 */
public final class TraceJson {
  private TraceJson() {}

  /** One JSON object without a line ending. */
  public static String line(TraceResult result) {
    return line(result, null);
  }

  /**
   * The same with the lines behind the record.
   *
   * @param raw null to leave them out
   */
  public static String line(TraceResult result, List<RawLines.Raw> raw) {
    return JsonOut.object(
        true,
        out -> {
          out.text("input", result.input());
          out.text("kind", result.kind().word());
          out.text("verdict", result.verdict().word());
          out.text("user", result.user());
          out.text("confidence", result.confidence() == null ? null : result.confidence().word());
          out.object(
              "record",
              result.record() == null
                  ? null
                  : fields -> JournalCodec.show(result.record(), fields));
          out.objects("evidence", evidence(result.evidence()));
          out.objects(
              "candidates",
              result.candidates().stream()
                  .map(
                      ranked ->
                          (JsonOut.Fields)
                              candidate -> {
                                candidate.text("user", ranked.record().user());
                                candidate.text("localUser", ranked.record().localUser());
                                candidate.text("transactionId", ranked.record().transactionId());
                                candidate.text("host", ranked.record().host());
                                candidate.time("time", ranked.record().time());
                                candidate.number("score", ranked.score());
                                candidate.objects("evidence", evidence(ranked.evidence()));
                              })
                  .toList());
          out.object("coverage", coverage(result.coverage().get()));
          if (raw != null) {
            out.objects("rawLines", raw.stream().map(TraceJson::raw).toList());
          }
        });
  }

  private static JsonOut.Fields raw(RawLines.Raw raw) {
    return out -> {
      out.text("file", raw.source().file());
      out.number("offset", raw.source().offset());
      out.text("hash", raw.source().hash());
      out.text("foundIn", raw.foundIn() == null ? null : raw.foundIn().toString());
      out.text("line", raw.text());
    };
  }

  private static List<JsonOut.Fields> evidence(List<Evidence> evidence) {
    return evidence.stream()
        .map(
            e ->
                (JsonOut.Fields)
                    out -> {
                      out.text("check", e.check().word());
                      out.text("result", e.result().word());
                      out.text("detail", Printable.text(e.detail(), 300));
                    })
        .toList();
  }

  private static JsonOut.Fields coverage(CoverageNote coverage) {
    return out -> {
      out.time("from", coverage.from());
      out.time("until", coverage.until());
      out.texts("hosts", coverage.hosts());
      out.number("lagSeconds", coverage.lagSeconds());
      out.objects(
          "gaps",
          coverage.gaps().stream()
              .map(
                  gap ->
                      (JsonOut.Fields)
                          hole -> {
                            hole.text("host", gap.host());
                            hole.time("from", gap.from());
                            hole.time("until", gap.until());
                            hole.text("reason", gap.reason());
                          })
              .toList());
    };
  }
}
