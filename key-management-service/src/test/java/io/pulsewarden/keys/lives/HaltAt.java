package io.pulsewarden.keys.lives;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends this process, as if killed, right before or right after a call of one of its ports, which is
 * where its durable steps are: {@code before swap 1}, {@code after rotate 2}.
 */
public final class HaltAt {

  /** As of a process that SIGKILL ended. */
  public static final int EXIT_CODE = 137;

  /** Lives on. */
  public static final String NOWHERE = "at nothing 0";

  private final boolean before;
  private final String method;
  private final int call;

  private HaltAt(boolean before, String method, int call) {
    this.before = before;
    this.method = method;
    this.call = call;
  }

  public static HaltAt of(String step) {
    String[] words = step.split(" ", -1);
    return new HaltAt(words[0].equals("before"), words[1], Integer.parseInt(words[2]));
  }

  /** The port with that step in it, if it has the method. */
  public <T> T around(Class<T> port, T real) {
    AtomicInteger calls = new AtomicInteger();
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, called, arguments) -> {
              boolean here = called.getName().equals(method) && calls.incrementAndGet() == call;
              if (here && before) {
                Runtime.getRuntime().halt(EXIT_CODE);
              }
              called.setAccessible(true);
              Object answer;
              try {
                answer = called.invoke(real, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getTargetException();
              }
              if (here) {
                if (answer instanceof CompletionStage<?> stage) {
                  stage.toCompletableFuture().join();
                }
                Runtime.getRuntime().halt(EXIT_CODE);
              }
              return answer;
            }));
  }
}
