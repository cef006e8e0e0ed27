package io.pulsewarden.benchmarks.read;

import io.pulsewarden.telemetry.compaction.Compaction;
import io.pulsewarden.telemetry.observation.PageReader;
import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.CompactionStore;
import io.pulsewarden.telemetry.store.CompactionStore.Patient;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.Wanted;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;

/** What {@link ServiceProcess} starts: measures, and prints figures for it. */
public final class StoreProcess {

  private static final int HOUR = 3_600;
  private static final int DAY = 24 * HOUR;
  private static final int STEP = 8_192;
  private static final double MICROS_IN_A_MILLI = 1_000;
  private static final PrintStream OUT = System.out;

  private static final Wanted HEART_RATES =
      new Wanted() {
        @Override
        public boolean wants(String code, long timeMillis) {
          return mayWant(code);
        }

        @Override
        public boolean mayWant(String code) {
          return code.equals(VitalSign.HEART_RATE.code());
        }
      };

  private final StoreBed bed;
  private final boolean quick;

  private StoreProcess(StoreBed bed, boolean quick) {
    this.bed = bed;
    this.quick = quick;
  }

  /** What to measure, and whether briefly. */
  public static void main(String[] arguments) throws Exception {
    try (StoreBed bed = new StoreBed(Path.of(System.getProperty("pulsewarden.root", ".")))) {
      StoreProcess measurement = new StoreProcess(bed, Boolean.parseBoolean(arguments[1]));
      switch (arguments[0]) {
        case "size" -> measurement.size();
        case "read" -> measurement.read();
        default -> throw new IllegalArgumentException("size or read");
      }
    }
    // Of the database client's threads none is waited for.
    System.exit(0);
  }

  private void size() throws Exception {
    int patients = quick ? 1 : 4;
    int seconds = quick ? HOUR : 3 * HOUR;
    double samples = (double) patients * seconds * SyntheticVitals.CODES;
    OUT.printf("%d patients, %d s, five codes a message a second%n", patients, seconds);
    long empty = bed.bytes();
    for (int i = 0; i < patients; i++) {
      bed.fill(patient(i), seconds);
    }
    bed.execute("VACUUM (FULL, ANALYZE) vital_block");
    double plain = bed.bytes() / samples;
    long begin = System.nanoTime();
    int rows = 0;
    for (int i = 0; i < patients; i++) {
      rows += compact(patient(i));
    }
    double took = (System.nanoTime() - begin) / 1e9;
    OUT.printf(Locale.ROOT, "compacted into %d rows, %.0f samples/s%n", rows, samples / took);
    bed.execute("VACUUM (ANALYZE) vital_block");
    figure("at rest, compacted, space not given back", bed.bytes() / samples, "B", plain);
    bed.execute("VACUUM (FULL, ANALYZE) vital_block");
    figure("at rest, compacted, all included", bed.bytes() / samples, "B", plain);
    // What there is of pages even for a single row: it does not grow with the samples.
    figure("of it, a month's empty table and indexes", empty / samples, "B", plain);
    figure("of it, indexes", bed.indexBytes() / samples, "B", plain);
    figure("of it, rows without what is out of line", bed.rowBytes() / samples, "B", plain);
    figure(
        "of it, sealed envelopes",
        bed.number("SELECT sum(octet_length(envelope)) FROM vital_block") / samples,
        "B",
        plain);
  }

  private static void figure(String what, double value, String unit, double plain) {
    report(what + " a sample", value, unit, "plain blocks", plain);
  }

  private void read() throws Exception {
    UUID watched = patient(0);
    String day = quick ? "1 h" : "24 h";
    OUT.println(day + " of five codes a second of one patient");
    bed.fill(watched, quick ? HOUR : DAY);
    int others = quick ? 2 : 12;
    OUT.printf("%d other patients%n", others);
    for (int i = 1; i <= others; i++) {
      bed.fill(patient(i), quick ? 600 : 47_400 / 3);
    }
    bed.execute("VACUUM (ANALYZE) vital_block");
    page("page of 100 of " + readings() + " readings", others);
    day(day + " at 1 Hz of one code", watched);
    int rows = compact(watched);
    bed.execute("VACUUM (ANALYZE) vital_block");
    OUT.printf("compacted into %d rows%n", rows);
    day(day + " at 1 Hz of one code, compacted", watched);
    page("page of 100 of compacted " + day, 0);
  }

  private String readings() throws Exception {
    return String.format(
        Locale.ROOT, "%,d", SyntheticVitals.CODES * bed.number("SELECT count(*) FROM vital_block"));
  }

  /** All rows of the span are read and opened, since the code is sealed in them. */
  private void day(String what, UUID patient) {
    VitalBlockStore blocks = new VitalBlockStore(bed.database());
    BlockOpener opener = new BlockOpener(bed.sealing());
    int runs = quick ? 5 : 40;
    OUT.println(what);
    Histogram whole =
        timed(
            runs,
            _ -> {
              long found = series(blocks, opener, patient);
              if (found < HOUR) {
                throw new IllegalStateException("too few readings: " + found);
              }
            });
    Histogram bare = timed(runs, _ -> select(patient, Integer.MAX_VALUE));
    report(what + ", p50", millis(whole, 50), "ms", "bare SELECT", millis(bare, 50));
    report(what + ", p99", millis(whole, 99), "ms", "bare SELECT", millis(bare, 99));
  }

  private static long series(VitalBlockStore blocks, BlockOpener opener, UUID patient) {
    VitalBlockStore.Span span =
        new VitalBlockStore.Span(StoreBed.ORGANISATION, patient, StoreBed.BEGIN, Long.MAX_VALUE);
    long found = 0;
    StoredBlock last = null;
    List<StoredBlock> rows;
    do {
      rows =
          blocks
              .walk(span, VitalBlockStore.Direction.OLDEST_FIRST, last, STEP)
              .await()
              .atMost(StoreBed.PATIENCE);
      for (BlockContent content :
          opener.open(rows, HEART_RATES).await().atMost(StoreBed.PATIENCE)) {
        found += content.readings().size();
      }
      last = rows.isEmpty() ? null : rows.getLast();
    } while (rows.size() == STEP);
    return found;
  }

  private void page(String what, int others) {
    PageReader reader = new PageReader(bed.database(), bed.sealing(), new DerivedKeys());
    Random random = new Random(1);
    int runs = quick ? 100 : 1_000;
    OUT.println(what);
    Histogram whole =
        timed(
            runs,
            _ -> {
              UUID patient = patient(random.nextInt(others + 1));
              long until = StoreBed.BEGIN + 600_000 + random.nextInt(HOUR * 1_000);
              int length =
                  reader
                      .page(StoreBed.ORGANISATION, patient, until)
                      .await()
                      .atMost(StoreBed.PATIENCE);
              if (length < 10_000) {
                throw new IllegalStateException("a short page: " + length);
              }
            });
    Histogram bare = timed(runs, _ -> select(patient(random.nextInt(others + 1)), 64));
    report(what + ", p50", millis(whole, 50), "ms", "bare SELECT", millis(bare, 50));
    report(what + ", p99", millis(whole, 99), "ms", "bare SELECT", millis(bare, 99));
  }

  private void select(UUID patient, int limit) {
    long bytes = 0;
    for (Row row :
        bed.database()
            .preparedQuery(
                "SELECT envelope FROM vital_block WHERE organisation_id = $1 AND subject_id = $2"
                    + " ORDER BY last_time_ms DESC LIMIT $3")
            .execute(Tuple.of(StoreBed.ORGANISATION, patient, limit))
            .await()
            .atMost(StoreBed.PATIENCE)) {
      bytes += row.getBuffer(0).length();
    }
    if (bytes == 0) {
      throw new IllegalStateException("nothing was read");
    }
  }

  private int compact(UUID patient) {
    return new Compaction(
            new CompactionStore(bed.database()),
            bed.sealing(),
            Clock.systemUTC(),
            Duration.ofHours(24),
            32)
        .of(new Patient(StoreBed.ORGANISATION, patient), () -> true)
        .made();
  }

  /** Microseconds, after as many runs that are not counted: compiled, and from warm caches. */
  private static Histogram timed(int runs, IntConsumer work) {
    for (int i = 0; i < runs; i++) {
      work.accept(i);
    }
    Histogram micros = new Histogram(3);
    for (int i = 0; i < runs; i++) {
      long begin = System.nanoTime();
      work.accept(i);
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
    }
    return micros;
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_IN_A_MILLI;
  }

  private static void report(
      String what, double value, String unit, String baseline, double baselineValue) {
    OUT.printf(Locale.ROOT, "figure|%s|%f|%s|%s|%f%n", what, value, unit, baseline, baselineValue);
  }

  private static UUID patient(int number) {
    return new UUID(9, number + 1L);
  }
}
