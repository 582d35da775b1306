package org.whosent.query.command;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Runs something on each SIGHUP instead of ending the process. Stateless.
 *
 * <p>{@code sun.misc.Signal} (module jdk.unsupported, kept until there is another way) is reached
 * by reflection, because the compiler has a warning for its use that cannot be turned off. Where it
 * is absent a SIGHUP ends the process as before.
 */
final class HangUp {
  private HangUp() {}

  /**
   * From now on.
   *
   * @return false where this JVM lets nobody do that
   */
  static boolean runs(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler invocation =
          (self, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "equals" -> self == arguments[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> "SIGHUP";
              };
      Object proxy =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(), new Class<?>[] {handler}, invocation);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
