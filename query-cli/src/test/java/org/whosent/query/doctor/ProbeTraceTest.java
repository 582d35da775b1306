package org.whosent.query.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.client.OutgoingMessage;
import org.whosent.record.site.Site;

/** A probe that the index does not have. */
class ProbeTraceTest {
  @TempDir Path directory;

  @Test
  void whatIsNotIndexedSaysWhatToLookAt() {
    OutgoingMessage message =
        new OutgoingMessage(
            "a@example.org",
            List.of("b@example.org"),
            "Message-ID: <1@example.org>\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Finding finding =
        new ProbeTrace(directory, Site.UNKNOWN, Duration.ZERO, _ -> {})
            .trace(message, "4jY9Sc3VmzzbyS5", "alice");
    assertEquals(Finding.Result.FAIL, finding.result());
    assertEquals(
        "tracing 4jY9Sc3VmzzbyS5 says not-found, not alice; does 'whosent index --follow' read the"
            + " server's journal or log into "
            + directory
            + ", and was --wait long enough?",
        finding.reason());
  }
}
