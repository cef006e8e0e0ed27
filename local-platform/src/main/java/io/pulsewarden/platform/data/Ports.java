package io.pulsewarden.platform.data;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.process.FreePorts;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The ports of one data folder; chosen at its first start and kept. */
public final class Ports {

  private static final String FILE = "ports.properties";

  private final Map<Port, Integer> numbers;

  private Ports(Map<Port, Integer> numbers) {
    this.numbers = numbers;
  }

  /**
   * Those of the folder, or new ones; with {@code findFree}, a port that is taken is replaced,
   * unless a part that still runs would go on looking for the old one.
   *
   * @param ours ports that the folder's own running processes have
   * @throws PlatformException if a port is taken and no other may be chosen
   */
  public static Ports choose(DataFolder data, boolean findFree, Set<Port> ours) throws IOException {
    Map<String, String> kept = PropertiesFile.read(data.root().resolve(FILE));
    Map<Port, Integer> numbers = new EnumMap<>(Port.class);
    Set<Integer> used = new HashSet<>();
    for (Port port : Port.values()) {
      String number = kept.get(port.key());
      int wanted = number == null ? port.usual() : Integer.parseInt(number);
      boolean keep =
          ours.contains(port) || (FreePorts.isFree(wanted) && !(findFree && number == null));
      int chosen = keep ? wanted : another(port, wanted, findFree && ours.isEmpty(), used);
      numbers.put(port, chosen);
      used.add(chosen);
    }
    Ports ports = new Ports(numbers);
    ports.keep(data);
    return ports;
  }

  /** Those of a folder that was started before. */
  public static Ports of(DataFolder data) throws IOException {
    Map<String, String> kept = PropertiesFile.read(data.root().resolve(FILE));
    Map<Port, Integer> numbers = new EnumMap<>(Port.class);
    for (Port port : Port.values()) {
      String number = kept.get(port.key());
      numbers.put(port, number == null ? port.usual() : Integer.parseInt(number));
    }
    return new Ports(numbers);
  }

  /** The number of a port. */
  public int of(Port port) {
    return numbers.getOrDefault(port, port.usual());
  }

  private static int another(Port port, int taken, boolean findFree, Set<Integer> used) {
    if (!findFree) {
      throw new PlatformException(
          "port "
              + taken
              + " ("
              + port.key()
              + ") is used by another program; end that, or let './pulsewarden up --free-ports'"
              + " choose");
    }
    int found = FreePorts.find();
    while (used.contains(found)) {
      found = FreePorts.find();
    }
    return found;
  }

  private void keep(DataFolder data) throws IOException {
    Map<String, String> values = new TreeMap<>();
    numbers.forEach((port, number) -> values.put(port.key(), number.toString()));
    PropertiesFile.write(data.root().resolve(FILE), values);
  }
}
