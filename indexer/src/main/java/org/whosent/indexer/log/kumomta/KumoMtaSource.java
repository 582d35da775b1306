package org.whosent.indexer.log.kumomta;

import java.util.regex.Pattern;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;

/**
 * KumoMTA's delivery logs: JSON lines, one record an event and recipient ({@code log_record.md}),
 * in zstd segments. Who logged in is in {@code meta} only where the site's policy logs it ({@code
 * meta = {'authn_id', 'authz_id', 'http_auth', 'hostname', …}} in {@code configure_local_logs}).
 * Stateless, thread-safe.
 */
public final class KumoMtaSource implements LogSource {
  private static final Pattern TYPE =
      Pattern.compile(
          "\"type\": ?\"(?:Reception|Delivery|Bounce|TransientFailure|Expiration|AdminBounce"
              + "|OOB|Feedback|Rejection|AdminRebind|DeferredInjectionRebind|Delay(?:ed)?|XferIn"
              + "|XferOut|Any)\"");

  @Override
  public String name() {
    return "kumomta";
  }

  /** The line may be cut off, so that it is not read as JSON here. */
  @Override
  public boolean recognises(String line) {
    return line.startsWith("{")
        && line.contains("\"queue\":")
        && line.contains("\"site\":")
        && TYPE.matcher(line).find();
  }

  /** Half a JSON object is none. */
  @Override
  public boolean showsItsEnd() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new KumoMtaReader(settings);
  }
}
