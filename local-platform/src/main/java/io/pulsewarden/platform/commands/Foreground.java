package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.demo.LiveVitals;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.launch.Processes;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Stays until Ctrl-C, shows the vitals, and says when a process ended by itself. */
final class Foreground {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int PAUSES_A_LOOK = 5;

  private final DataFolder data;
  private final PrintWriter out;
  private final BooleanSupplier stopping;

  Foreground(DataFolder data, PrintWriter out, BooleanSupplier stopping) {
    this.data = data;
    this.out = out;
    this.stopping = stopping;
  }

  void stay(@Nullable LiveVitals vitals) throws IOException, InterruptedException {
    Processes processes = new Processes(data);
    Set<Part> known = EnumSet.noneOf(Part.class);
    known.addAll(processes.running().keySet());
    for (int pause = 1; !known.isEmpty(); pause++) {
      Thread.sleep(PAUSE);
      Set<Part> running = processes.running().keySet();
      for (Part part : EnumSet.copyOf(known)) {
        if (!running.contains(part) && !stopping.getAsBoolean()) {
          known.remove(part);
          say(vitals, part.key() + " ended; its log: " + data.process(part.key()).log());
        }
      }
      if (vitals != null && pause % PAUSES_A_LOOK == 0 && !stopping.getAsBoolean()) {
        look(vitals);
      }
    }
  }

  private void look(LiveVitals vitals) throws InterruptedException {
    try {
      vitals.show(out);
    } catch (IOException e) {
      if (!stopping.getAsBoolean()) {
        say(vitals, "no vitals can be read now: " + e.getMessage());
      }
    }
  }

  private void say(@Nullable LiveVitals vitals, String line) {
    out.println(line);
    out.flush();
    if (vitals != null) {
      vitals.leave();
    }
  }
}
