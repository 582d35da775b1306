package org.whosent.msa;

import java.nio.file.Path;

/** A server in a process of its own, made to be killed. */
public final class KillTarget {
  private KillTarget() {}

  /** Runs until killed; says the port of the first listener on a line of its own. */
  public static void main(String[] arguments) throws Exception {
    MsaServer server = MsaServer.start(MsaConfiguration.read(Path.of(arguments[0])), System.err);
    System.out.println("PORT " + server.listeners().getFirst().address().getPort());
    System.out.flush();
    Thread.currentThread().join();
  }
}
