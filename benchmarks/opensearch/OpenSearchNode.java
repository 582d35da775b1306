import java.net.InetAddress;
import java.net.ServerSocket;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One node of OpenSearch on loopback until standard input ends: {@code OpenSearchNode DIRECTORY}.
 * Prints {@code port N} when it answers HTTP. Run from source, with the class path of the POM
 * beside.
 */
final class OpenSearchNode {
  private OpenSearchNode() {}

  public static void main(String[] arguments) throws Exception {
    int http = free();
    int transport = free();
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild(
        (number, settings) -> {
          settings.put("network.host", "127.0.0.1");
          settings.put("http.port", http);
          settings.put("transport.port", transport);
          settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        });
    runner.build(
        OpenSearchRunner.newConfigs()
            .clusterName("benchmark")
            .numOfNode(1)
            .basePath(arguments[0])
            .disableESLogger());
    System.out.println("port " + http);
    while (System.in.read() >= 0) {
      // whoever started it closes the stream, or ends
    }
    runner.close();
    System.exit(0);
  }

  private static int free() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
