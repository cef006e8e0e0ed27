package io.pulsewarden.benchmarks.enrol;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * Some connections, each of which sends the next request as soon as its last one was answered.
 * Connections are made before the clock starts.
 */
final class ClosedLoop {

  private static final double NANOS_IN_A_SECOND = 1e9;

  private final SSLContext tls;
  private final URI base;
  private final int connections;

  /**
   * What came of it.
   *
   * @param micros from the first byte of a request to the last of its answer
   */
  record Result(int answers, double seconds, Histogram micros) {
    double rate() {
      return answers / seconds;
    }
  }

  /** Makes requests, and looks at their answers; called from several threads. */
  interface Work {
    /** The wire form of a request. */
    byte[] request(int number);

    /** Fails if the answer is not what it should be. */
    void answered(int number, HttpsConnection.Answer answer) throws Exception;
  }

  ClosedLoop(SSLContext tls, URI base, int connections) {
    this.tls = tls;
    this.base = base;
    this.connections = connections;
  }

  /** Requests number {@code from} to {@code until - 1}. */
  Result run(int from, int until, Work work) throws Exception {
    AtomicInteger next = new AtomicInteger(from);
    Histogram micros = new SynchronizedHistogram(3);
    List<HttpsConnection> opened = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        opened.add(new HttpsConnection(tls, base));
      }
      List<Future<?>> loops = new ArrayList<>();
      long began = System.nanoTime();
      for (HttpsConnection connection : opened) {
        loops.add(
            threads.submit(
                () -> {
                  for (int i = next.getAndIncrement(); i < until; i = next.getAndIncrement()) {
                    byte[] request = work.request(i);
                    long sent = System.nanoTime();
                    HttpsConnection.Answer answer = connection.send(request);
                    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent));
                    work.answered(i, answer);
                  }
                  return null;
                }));
      }
      for (Future<?> loop : loops) {
        loop.get();
      }
      double seconds = (System.nanoTime() - began) / NANOS_IN_A_SECOND;
      return new Result(until - from, seconds, micros);
    } finally {
      for (HttpsConnection connection : opened) {
        connection.close();
      }
    }
  }
}
