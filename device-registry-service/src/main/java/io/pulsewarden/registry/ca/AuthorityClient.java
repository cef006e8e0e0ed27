package io.pulsewarden.registry.ca;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Asks the authority, which may be slow, on virtual threads, so that it holds none that others
 * need, and comes back to the caller's context. How much an authority elsewhere is asked at once,
 * it bounds by itself.
 */
@ApplicationScoped
public class AuthorityClient {

  private final Vertx vertx;
  private final CertificateAuthority authority;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  AuthorityClient(Vertx vertx, CertificateAuthority authority) {
    this.vertx = vertx;
    this.authority = authority;
  }

  /** What it says, or how it fails. */
  public <T> Uni<T> ask(Function<CertificateAuthority, T> work) {
    return Uni.createFrom()
        .emitter(
            answer -> {
              Context caller = vertx.getOrCreateContext();
              threads.execute(
                  () -> {
                    try {
                      T result = work.apply(authority);
                      caller.runOnContext(_ -> answer.complete(result));
                    } catch (RuntimeException | Error failed) {
                      caller.runOnContext(_ -> answer.fail(failed));
                    }
                  });
            });
  }

  void close(@Observes ShutdownEvent stopping) {
    threads.close();
  }
}
