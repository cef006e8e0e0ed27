package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.launch.Processes;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Stays until Ctrl-C, and says when a process ended by itself. */
final class Foreground {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final DataFolder data;
  private final PrintWriter out;

  Foreground(DataFolder data, PrintWriter out) {
    this.data = data;
    this.out = out;
  }

  void stay() throws IOException, InterruptedException {
    Processes processes = new Processes(data);
    Set<Part> known = EnumSet.noneOf(Part.class);
    known.addAll(processes.running().keySet());
    while (!known.isEmpty()) {
      Thread.sleep(PAUSE);
      Set<Part> running = processes.running().keySet();
      for (Part part : EnumSet.copyOf(known)) {
        if (!running.contains(part)) {
          known.remove(part);
          out.println(part.key() + " ended; its log: " + data.process(part.key()).log());
          out.flush();
        }
      }
    }
  }
}
