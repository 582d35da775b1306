package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.whosent.query.ExitStatus;

/** The training run reaches its end; it checks itself that the sink has every message. */
class ServerWarmUpTest {
  @Test
  void everyMessageReachesTheSink() throws Exception {
    assertEquals(ExitStatus.DONE, new ServerWarmUp(50).call());
  }
}
