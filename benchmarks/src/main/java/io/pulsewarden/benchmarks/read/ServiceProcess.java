package io.pulsewarden.benchmarks.read;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.benchmarks.Figure;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A process with telemetry-service's classes and libraries as they are deployed, in which something
 * is measured.
 */
public final class ServiceProcess {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("pulsewarden.root"), "pulsewarden.root"));

  private ServiceProcess() {}

  /** Runs a measurement of the store. */
  static void run(Bench bench, String what) throws IOException, InterruptedException {
    run(bench, StoreProcess.class, what);
  }

  /**
   * Runs a measurement, and reports the figures that it prints.
   *
   * @param main is given {@code what}, and whether to be brief
   */
  public static void run(Bench bench, Class<?> main, String what)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ServerFiles.java().toString(),
                "-Xmx1500m",
                "-Dpulsewarden.root=" + ROOT,
                "-cp",
                classpath(),
                main.getName(),
                what,
                Boolean.toString(bench.quick()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        tell(bench, line);
        line = lines.readLine();
      }
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("the measurement ended with " + code);
    }
  }

  private static void tell(Bench bench, String line) throws IOException {
    String[] parts = line.split("\\|", -1);
    if (parts.length == 6 && "figure".equals(parts[0])) {
      bench.report(
          new Figure(
              parts[1],
              Double.parseDouble(parts[2]),
              parts[3],
              parts[4],
              Double.parseDouble(parts[5])));
    } else if (parts.length == 3 && "raw".equals(parts[0])) {
      bench.raw(parts[1], List.of(parts[2]));
    } else {
      bench.say(line);
    }
  }

  private static String classpath() {
    Path service = ROOT.resolve("telemetry-service/target");
    Path own = ROOT.resolve("benchmarks/target");
    return String.join(
        File.pathSeparator,
        own.resolve("benchmarks-0.1.0-SNAPSHOT.jar").toString(),
        service.resolve("classes").toString(),
        service.resolve("quarkus-app/lib/main/*").toString(),
        service.resolve("quarkus-app/lib/boot/*").toString(),
        own.resolve("lib/*").toString());
  }
}
