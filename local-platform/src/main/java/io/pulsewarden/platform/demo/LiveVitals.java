package io.pulsewarden.platform.demo;

import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;

/**
 * The demo patients' newest vitals, as the nurse reads them over FHIR; each look is audited as
 * hers. On a terminal a look is written over the one before. Not thread-safe.
 */
public final class LiveVitals implements AutoCloseable {

  private static final String UP_AND_CLEAR = "\u001b[A\u001b[2K";

  private final PlatformHttp http;
  private final Ward ward;
  private final boolean overwrite;
  private int shown;

  private LiveVitals(PlatformHttp http, Ward ward, boolean overwrite) {
    this.http = http;
    this.ward = ward;
    this.overwrite = overwrite;
  }

  /** Of the readings from now on. */
  public static LiveVitals open(DataFolder data, Ports ports, boolean overwrite)
      throws IOException, InterruptedException {
    PlatformHttp http = PlatformHttp.trusting(data.ca("edge").resolve("ca.crt"));
    try {
      Person nurse = Person.demo(http, data, ports, "nurse");
      Ward ward = new Ward(nurse, ports, DemoRecord.read(data), Clock.systemUTC().instant());
      return new LiveVitals(http, ward, overwrite);
    } catch (IOException | InterruptedException | RuntimeException e) {
      http.close();
      throw e;
    }
  }

  /**
   * Writes a line for each patient.
   *
   * @throws IOException if the platform does not answer
   */
  public void show(PrintWriter out) throws IOException, InterruptedException {
    List<String> lines = ward.lines();
    if (overwrite) {
      out.print(UP_AND_CLEAR.repeat(shown));
    }
    lines.forEach(line -> out.println("  " + line));
    out.flush();
    shown = lines.size();
  }

  /** Something else was written since: the next look goes below it. */
  public void leave() {
    shown = 0;
  }

  @Override
  public void close() {
    http.close();
  }
}
