package io.pulsewarden.registry.procurement;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Lets an import be larger than what any other request may be (quarkus.http.limits.max-body-size).
 * That limit is judged by the declared length, in a handler of its own, and by the bytes that come:
 * the first is not shown the length, which is put back behind it, the second is given the import's
 * limit. The body of an import is never held: it is read as it comes.
 */
@ApplicationScoped
class ImportSizeConfiguration {

  /** 100,000 rows of the longest fields there may be. */
  private static final long MAX_BYTES = 64L * 1024 * 1024;

  private static final String LENGTH = "pulsewarden.import.length";
  private static final int BEFORE_THE_LIMIT = 10;
  private static final int AFTER_THE_LIMIT = 1;

  void register(@Observes Filters filters) {
    filters.register(ImportSizeConfiguration::hideLength, BEFORE_THE_LIMIT);
    filters.register(ImportSizeConfiguration::raiseLimit, AFTER_THE_LIMIT);
  }

  private static void hideLength(RoutingContext context) {
    if (isImport(context) && declared(context) <= MAX_BYTES) {
      String length = context.request().getHeader(HttpHeaderNames.CONTENT_LENGTH);
      if (length != null) {
        context.put(LENGTH, length);
      }
      context.request().headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    context.next();
  }

  private static void raiseLimit(RoutingContext context) {
    if (isImport(context)) {
      String length = context.remove(LENGTH);
      if (length != null) {
        context.request().headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
      }
      context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, MAX_BYTES);
    }
    context.next();
  }

  private static boolean isImport(RoutingContext context) {
    return ImportResource.PATH.equals(context.request().path());
  }

  /** What can't be read is left to the limit's own handler. */
  private static long declared(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaderNames.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException unreadable) {
      return Long.MAX_VALUE;
    }
  }
}
